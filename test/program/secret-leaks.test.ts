import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { CREDENTIAL_NAMES } from "../../components/shared/secret-names.ts";
import program from "../../index.ts";
import { planEnvironment } from "../../plan/plan-environment.ts";
import { AUTHORITY_CERTIFICATE, LEAF_CERTIFICATE } from "../support/certificates.ts";
import { useExistingCluster } from "../support/filled-config.ts";
import { readRawConfig } from "../support/plans.ts";

/** Production with all configurable credentials, decrypted as Pulumi passes them. */
function withEveryCredential(values: Readonly<Record<string, string>>) {
  const raw = readRawConfig("production", (draft) => {
    useExistingCluster(draft);
    delete draft.backup;
    draft.gateway.domain = "play.spacetime-vr.com";
    draft.certificates = { kind: "imported", certificateChain: LEAF_CERTIFICATE };
    draft.database = {
      kind: "external",
      host: "db.internal",
      port: 5432,
      name: "game",
      user: "game",
      cidrs: ["10.0.0.0/24"],
      caCertificate: AUTHORITY_CERTIFICATE,
    };
    Object.assign(draft, values);
  });
  return { ...raw, secretKeys: new Set<string>(CREDENTIAL_NAMES) };
}

describe("secrets do not leak into the plan", () => {
  const planted = Object.fromEntries(
    CREDENTIAL_NAMES.map((name) => [name, `planted-${name}-${randomBytes(8).toString("hex")}`]),
  );

  test("no test credential is in the plan, neither plain nor encoded", async () => {
    const text = JSON.stringify(await planEnvironment(program, withEveryCredential(planted)));
    for (const value of Object.values(planted)) {
      expect(text).not.toContain(value);
      expect(text).not.toContain(Buffer.from(value).toString("base64").replace(/=+$/, ""));
    }
  });

  test("each test credential is in its Secret object, so the search can find it", async () => {
    const plan = await planEnvironment(program, withEveryCredential(planted));
    const keys = plan.resources
      .filter(({ type }) => type === "kubernetes:core/v1:Secret")
      .flatMap(({ inputs }) => Object.entries(inputs.stringData as Record<string, string>))
      .filter(([, value]) => value === "[secret]")
      .map(([key]) => key);
    // The certificate itself is public, but one secret value makes the whole data of a Secret secret.
    const credentials = ["pagerdutyRoutingKey", "postgres-app-password", "slackWebhookUrl", "smtpPassword"];
    expect(keys.sort()).toEqual([...credentials, "tls.crt", "tls.key"].sort());
  });
});
