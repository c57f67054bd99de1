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
  .describe("raising a number makes a new secret and rolls exactly the workloads that read it");

const CREDENTIAL_DESCRIPTIONS: Readonly<Record<CredentialName, string>> = {
  databasePassword: "password of `database.user`; with `database.kind: external` only",
  tlsPrivateKey: "PEM key of `certificates.certificateChain`; with `certificates.kind: imported` only",
  slackWebhookUrl: "where alerts are posted in Slack",
  pagerdutyRoutingKey: "integration key of the PagerDuty service that is called",
  smtpPassword: "password of the mail server that sends alerts",
};

const credential = (name: CredentialName) =>
  z.string().min(1, "must not be empty").optional().describe(CREDENTIAL_DESCRIPTIONS[name]);

/** Credentials that only an owner can give, encrypted in the stack file. */
export const credentials = Object.fromEntries(
  CREDENTIAL_NAMES.map((name) => [name, credential(name)]),
) as Record<CredentialName, ReturnType<typeof credential>>;
