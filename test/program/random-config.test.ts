import { expect, test } from "@jest/globals";
import fc from "fast-check";
import program from "../../index.ts";
import { planEnvironment } from "../../plan/plan-environment.ts";
import { arbitraryRawConfig } from "../support/arbitrary-config.ts";
import { kubernetesObjects } from "../support/plans.ts";

/** A plan takes some tenths of a second, so each run tests only a few random configurations. */
const RUNS = 12;

test("random valid configurations can be planned, and every referenced ConfigMap and Secret exists", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryRawConfig, async (raw) => {
      const objects = kubernetesObjects(await planEnvironment(program, raw));
      const made = [...objects.values()];
      const certificates = made
        .filter(({ kind }) => kind === "Certificate")
        .map(({ spec }) => (spec as { secretName: string }).secretName);
      const present = new Set(
        made.filter(({ kind }) => /^(ConfigMap|Secret)$/.test(kind)).map(({ metadata }) => metadata.name),
      );
      const text = JSON.stringify(made.filter(({ kind }) => /^(Deployment|StatefulSet)$/.test(kind)));
      const referred = [
        ...text.matchAll(/"secretName":"([^"]+)"/g),
        ...text.matchAll(/"(?:configMap|configMapRef)":\{"name":"([^"]+)"/g),
        ...text.matchAll(/"secretKeyRef":\{"key":"[^"]+","name":"([^"]+)"/g),
      ].map(([, name]) => name ?? "");
      expect(referred.length).toBeGreaterThan(4);
      expect(referred.filter((name) => !present.has(name) && !certificates.includes(name))).toEqual([]);
    }),
    { numRuns: RUNS },
  );
}, 180_000);
