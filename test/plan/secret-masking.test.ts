import { describe, expect, test } from "@jest/globals";
import { CREDENTIAL_NAMES } from "../../components/shared/secret-names.ts";
import program from "../../index.ts";
import { formatDiff } from "../../plan/diff/format-diff.ts";
import { diffPlans } from "../../plan/diff/plan-diff.ts";
import { serializeGolden } from "../../plan/golden.ts";
import { renderGraphSvg } from "../../plan/graph/render-graph.ts";
import { renderManifests } from "../../plan/manifests/render-manifests.ts";
import type { Plan } from "../../plan/plan.ts";
import { planEnvironment } from "../../plan/plan-environment.ts";
import { formatResourceTree } from "../../plan/resource-tree.ts";
import { AUTHORITY_CERTIFICATE, LEAF_CERTIFICATE } from "../support/certificates.ts";
import { changeRawConfig, filledRawConfig, useExistingCluster } from "../support/filled-config.ts";
import { createObject, createPlan } from "./plan-builders.ts";

/** Configured credentials, each with a unique part. */
const CANARY_CREDENTIALS = {
  databasePassword: "planted-database-password-0123456789abcdef",
  tlsPrivateKey: "-----BEGIN PRIVATE KEY-----\nplantedtlsprivatekey\n-----END PRIVATE KEY-----\n",
  slackWebhookUrl: "https://hooks.slack.com/services/T1/B2/plantedslackwebhook",
  pagerdutyRoutingKey: "plantedpagerdutyroutingkey012345",
  smtpPassword: "planted-smtp-password-0123456789",
} satisfies Record<(typeof CREDENTIAL_NAMES)[number], string>;

const CANARY_PATTERN = /planted[a-z-]+/;

/**
 * Both locations of production: only a plan for an existing cluster can be rendered as manifests, and only AWS has
 * mirrored secrets.
 */
type Hosting = "on AWS" | "in an existing cluster";

function planWithCredentials(version: number, place: Hosting): Promise<Plan> {
  const raw = changeRawConfig(
    filledRawConfig("production"),
    (values) => {
      if (place !== "on AWS") {
        useExistingCluster(values);
        // Only an in-cluster database has a backup volume.
        delete values.backup;
      }
      values.database = {
        kind: "external",
        host: "db.spacetime-vr.com",
        port: 5432,
        name: "game",
        user: "game",
        cidrs: ["10.0.0.0/24"],
        caCertificate: AUTHORITY_CERTIFICATE,
      };
      values.certificates = { kind: "imported", certificateChain: LEAF_CERTIFICATE };
      values.secretVersions = { "api-token": version };
      Object.assign(values, CANARY_CREDENTIALS);
    },
    CREDENTIAL_NAMES,
  );
  return planEnvironment(program, raw);
}

/** Every output that the product creates from a plan. */
async function renderAllOutputs(plan: Plan, other: Plan, place: Hosting): Promise<Record<string, string>> {
  const diff = diffPlans(other, plan);
  return {
    json: JSON.stringify(plan),
    tree: formatResourceTree(plan),
    diff: formatDiff(diff),
    diffJson: JSON.stringify(diff),
    golden: serializeGolden(plan),
    graph: await renderGraphSvg(plan),
    manifests: place === "on AWS" ? "" : [...renderManifests(plan)].flat().join("\n"),
  };
}

describe("a configured credential is in no output", () => {
  test.each(["on AWS", "in an existing cluster"] as const)("of a plan %s", async (place) => {
    const [before, after] = [await planWithCredentials(1, place), await planWithCredentials(2, place)];
    expect(JSON.stringify(after)).toContain("[secret]");
    for (const [name, text] of Object.entries(await renderAllOutputs(after, before, place))) {
      expect([name, CANARY_PATTERN.exec(text)?.[0]]).toEqual([name, undefined]);
    }
  });
});

test("plans that differ only in a secret's value have no visible difference", () => {
  const masked = createPlan(
    createObject("core/v1", "Secret", "store", { stringData: { password: "[secret]" } }),
  );
  expect(diffPlans(masked, structuredClone(masked)).changed).toEqual([]);
});
