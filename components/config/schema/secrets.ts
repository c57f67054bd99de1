import { z } from "zod";
import { CREDENTIAL_NAMES, type CredentialName, SECRET_NAMES } from "../../shared/secret-names.ts";

const secretVersion = z
  .int("must be a whole number from 1 up")
  .min(1, "must be a whole number from 1 up")
  .describe("version of this secret");

/** Versions of the generated secrets. */
export const secretVersions = z
  .partialRecord(z.enum(SECRET_NAMES), secretVersion)
  .default({})
  .describe("increasing a version generates a new secret and restarts only the workloads that use it");

const CREDENTIAL_DESCRIPTIONS: Readonly<Record<CredentialName, string>> = {
  databasePassword: "password of `database.user`; only with `database.kind: external`",
  tlsPrivateKey:
    "PEM private key of `certificates.certificateChain`; only with `certificates.kind: imported`",
  slackWebhookUrl: "incoming webhook URL for Slack alerts",
  pagerdutyRoutingKey: "integration key of the PagerDuty service",
  smtpPassword: "password of the SMTP relay for alerts",
};

const credential = (name: CredentialName) =>
  z.string().min(1, "must not be empty").optional().describe(CREDENTIAL_DESCRIPTIONS[name]);

/** Credentials from third parties, encrypted in the stack file. */
export const credentials = Object.fromEntries(
  CREDENTIAL_NAMES.map((name) => [name, credential(name)]),
) as Record<CredentialName, ReturnType<typeof credential>>;
