import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parse } from "yaml";
import { z } from "zod";
import { stackSchema } from "../../../../components/config/schema/stack-schema.ts";
import {
  DATABASE_SCHEMA,
  isCompatibleSchema,
  newestSchema,
} from "../../../../operations/pulumi/rollback/database-schema.ts";
import {
  compareVersions,
  FORWARD_ONLY_SETTINGS,
  mergeStackFile,
} from "../../../../operations/pulumi/rollback/merge-stack-file.ts";
import { findDataLoss, parsePreview } from "../../../../operations/pulumi/rollback/preview-steps.ts";
import { MIGRATIONS } from "../../../../reference-server/data/migrations.ts";
import { readCliFixture } from "../support/stack-fixture.ts";

const stackFileText = (config: Record<string, unknown>) => JSON.stringify({ config });
const mergeConfigs = (
  target: Record<string, unknown>,
  present: Record<string, unknown>,
  later: Record<string, string>[] = [],
) => mergeStackFile({ target: stackFileText(target), present: stackFileText(present), later });

describe("a forward-only setting", () => {
  const versions = fc.dictionary(
    fc.constantFrom("api-token", "redis-password", "player-data-key"),
    fc.integer({ min: 1, max: 9 }),
  );

  test("is after a rollback at least as new as in every update that is rolled back", () => {
    fc.assert(
      fc.property(versions, versions, fc.array(versions, { maxLength: 4 }), (old, present, between) => {
        const key = "spacetime-vr:secretVersions";
        const later = between.map((values) => ({ [key]: JSON.stringify(values) }));
        const { text } = mergeConfigs({ [key]: old }, { [key]: present }, later);
        const found: Record<string, number> = parse(text).config[key];
        for (const values of [old, present, ...between]) {
          for (const [name, version] of Object.entries(values))
            expect(found[name]).toBeGreaterThanOrEqual(version);
        }
        const all = [old, present, ...between];
        for (const [name, version] of Object.entries(found))
          expect(all.some((values) => values[name] === version)).toBe(true);
      }),
    );
  });

  test("compares engine versions numerically, and only for the same kind of data store", () => {
    const database = (kind: string, engineVersion: string) => ({
      "spacetime-vr:database": { kind, engineVersion },
    });
    expect(parse(mergeConfigs(database("rds", "9"), database("rds", "18")).text).config).toEqual(
      database("rds", "18"),
    );
    const other = mergeConfigs(database("rds", "17"), {
      "spacetime-vr:database": { kind: "in-cluster", engineVersion: "99" },
    });
    expect(parse(other.text).config).toEqual(database("rds", "17"));
  });

  test("is not added to a config that did not have it", () => {
    const { text } = mergeConfigs(
      { "spacetime-vr:cluster": { kind: "eks" } },
      { "spacetime-vr:cluster": { kind: "eks", version: "1.36" } },
    );
    expect(parse(text).config).toEqual({ "spacetime-vr:cluster": { kind: "eks" } });
  });

  test.each(FORWARD_ONLY_SETTINGS)(
    "$section $key exists in the schema of the stack file",
    ({ section, key }) => {
      const { properties } = z.toJSONSchema(stackSchema, { io: "input", unrepresentable: "any" });
      const found = JSON.stringify(properties?.[section] ?? null);
      expect(found).toContain(key === "*" ? "propertyNames" : `"${key}":`);
    },
  );

  test.each([
    ["1.9", "1.10", -1],
    ["18", "18.0", 0],
    ["7.2", "7.1", 1],
  ])("version %s is compared with %s numerically", (one, other, sign) => {
    expect(Math.sign(compareVersions(one, other))).toBe(sign);
  });
});

describe("the database schema", () => {
  test("has the version of the newest migration of this commit", () => {
    expect(DATABASE_SCHEMA.version).toBe(Math.max(...MIGRATIONS.map(({ version }) => version)));
    expect(DATABASE_SCHEMA.worksBackTo).toBeLessThanOrEqual(DATABASE_SCHEMA.version);
  });

  test("is incompatible with older programs only after a destructive migration", () => {
    const now = newestSchema([
      { version: 5, worksBackTo: 3 },
      { version: 4, worksBackTo: 1 },
    ]);
    expect(now).toEqual({ version: 5, worksBackTo: 3 });
    expect(isCompatibleSchema({ version: 3, worksBackTo: 1 }, now)).toBe(true);
    expect(isCompatibleSchema({ version: 2, worksBackTo: 1 }, now)).toBe(false);
  });
});

describe("the preview of a rollback", () => {
  const step = (op: string, type: string, inputs: [object, object] = [{}, {}], protect = false) =>
    parsePreview(
      JSON.stringify({
        steps: [
          {
            op,
            urn: `urn:pulumi:staging::spacetime-vr::a:b:C$${type}::thing`,
            oldState: { type, protect, inputs: inputs[0] },
            newState: { type, inputs: inputs[1] },
          },
        ],
      }),
    );
  const set = (image: string) => ({ spec: { template: { spec: { containers: [{ image }] } } } });

  test.each([
    ["replace", "aws:rds/instance:Instance", "replaced"],
    ["delete", "aws:s3/bucket:Bucket", "deleted"],
    ["delete-replaced", "kubernetes:core/v1:PersistentVolumeClaim", "replaced"],
    ["delete", "kubernetes:core/v1:Namespace", "deleted"],
    ["replace", "random:index/randomBytes:RandomBytes", "replaced"],
  ])("reports %s of %s as data loss", (op, type, word) => {
    expect(findDataLoss(step(op, type))).toEqual([`thing (${type}) holds state and would be ${word}`]);
  });

  test("reports the deletion of a protected resource of any type", () => {
    expect(findDataLoss(step("delete", "kubernetes:core/v1:ConfigMap", [{}, {}], true))).toHaveLength(1);
  });

  test("accepts updates of data stores and replacements of stateless resources", () => {
    expect(findDataLoss(step("update", "aws:rds/instance:Instance"))).toEqual([]);
    expect(findDataLoss(step("replace", "kubernetes:core/v1:ConfigMap"))).toEqual([]);
    expect(findDataLoss(parsePreview(readCliFixture("preview-json").stdout))).toEqual([]);
  });

  test("reports an engine downgrade with both versions", () => {
    const rds = step("update", "aws:rds/instance:Instance", [
      { engineVersion: "18" },
      { engineVersion: "17" },
    ]);
    expect(findDataLoss(rds)).toEqual(["the engine version of thing would go from 18 down to 17"]);
    const eks = step("update", "aws:eks/cluster:Cluster", [{ version: "1.36" }, { version: "1.35" }]);
    expect(findDataLoss(eks)).toHaveLength(1);
  });

  test("reports an older major version of a data store's image and accepts an older minor one", () => {
    const type = "kubernetes:apps/v1:StatefulSet";
    const postgres = (tag: string) => set(`docker.io/library/postgres:${tag}`);
    expect(findDataLoss(step("update", type, [postgres("18.6-trixie"), postgres("17.9-trixie")]))).toEqual([
      "the major version of docker.io/library/postgres of thing would go from 18 down to 17",
    ]);
    expect(findDataLoss(step("update", type, [postgres("18.6-trixie"), postgres("18.5-trixie")]))).toEqual(
      [],
    );
  });

  test("is rejected when it is not the output of pulumi preview", () => {
    expect(() => parsePreview("Previewing update (staging):")).toThrow(
      "is not the known output of `pulumi preview --json`",
    );
  });
});
