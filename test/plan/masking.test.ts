import { describe, expect, test } from "@jest/globals";
import { CREDENTIAL_NAMES } from "../../components/shared/secret-names.ts";
import program from "../../index.ts";
import { diffPlans } from "../../plan/diff.ts";
import { diffText } from "../../plan/diff-text.ts";
import { goldenText } from "../../plan/golden.ts";
import { graphSvg } from "../../plan/graph.ts";
import { manifestFiles } from "../../plan/manifests.ts";
import type { Plan } from "../../plan/plan.ts";
import { planEnvironment } from "../../plan/run.ts";
import { planTree } from "../../plan/tree.ts";
import { AUTHORITY_CERTIFICATE, LEAF_CERTIFICATE } from "../support/certificates.ts";
import { changed, filledRawConfig, inForeignCluster } from "../support/filled-config.ts";
import { object, planWith } from "./fixture.ts";

/** Given credentials, each with a part that nothing else contains. */
const PLANTED = {
  databasePassword: "planted-database-password-0123456789abcdef",
  tlsPrivateKey: "-----BEGIN PRIVATE KEY-----\nplantedtlsprivatekey\n-----END PRIVATE KEY-----\n",
  slackWebhookUrl: "https://hooks.slack.com/services/T1/B2/plantedslackwebhook",
  pagerdutyRoutingKey: "plantedpagerdutyroutingkey012345",
  smtpPassword: "planted-smtp-password-0123456789",
} satisfies Record<(typeof CREDENTIAL_NAMES)[number], string>;

const CANARY = /planted[a-z-]+/;

/** Where production stands: only somebody else's cluster can be rendered as manifests, only AWS mirrors the secrets. */
type Place = "on AWS" | "in somebody else's cluster";

function planWithCredentials(version: number, place: Place): Promise<Plan> {
  const raw = changed(
    filledRawConfig("production"),
    (values) => {
      if (place !== "on AWS") inForeignCluster(values);
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
      Object.assign(values, PLANTED);
    },
    CREDENTIAL_NAMES,
  );
  return planEnvironment(program, raw);
}

/** Every text that this product makes of a plan. */
async function outputs(plan: Plan, other: Plan, place: Place): Promise<Record<string, string>> {
  const diff = diffPlans(other, plan);
  return {
    json: JSON.stringify(plan),
    tree: planTree(plan),
    diff: diffText(diff),
    diffJson: JSON.stringify(diff),
    golden: goldenText(plan),
    graph: await graphSvg(plan),
    manifests: place === "on AWS" ? "" : [...manifestFiles(plan)].flat().join("\n"),
  };
}

describe("a credential that an owner gave stands in no output", () => {
  test.each(["on AWS", "in somebody else's cluster"] as const)("of a plan %s", async (place) => {
    const [before, after] = [await planWithCredentials(1, place), await planWithCredentials(2, place)];
    expect(JSON.stringify(after)).toContain("[secret]");
    for (const [name, text] of Object.entries(await outputs(after, before, place))) {
      expect([name, CANARY.exec(text)?.[0]]).toEqual([name, undefined]);
    }
  });
});

test("two secrets that differ only in their value are the same to a reader", () => {
  const masked = planWith(object("core/v1", "Secret", "store", { stringData: { password: "[secret]" } }));
  expect(diffPlans(masked, structuredClone(masked)).changed).toEqual([]);
});
