import { isSecret } from "../../plan/plan.ts";

/** Names of secret values, but not names of files or flags for secrets. */
const SECRET_NAME =
  /PASSWORD|PASSWD|TOKEN|CREDENTIAL|SECRET|API_?KEY|(SIGNING|DATA|PRIVATE|ENCRYPTION|ACCESS)_KEY/i;
const NON_SECRET_SUFFIX =
  /(FILE|PATH|DIR|NAME|ENABLED|REQUIRED|SECONDS|MINUTES|FIELDS|PREFIX|ALGORITHM|VERSION)$/i;

/**
 * Values that are secrets under any name: a private key, a password in a URL, 32 bytes in
 * base64.
 */
const SECRET_VALUE =
  /-----BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^/\s:@$]+:[^/\s@$]+@|(^|[\s"'=:])[A-Za-z0-9+/]{43}=($|[\s"'])/;

/** Certificates are public, but their last line may look like 32 bytes in base64. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !NON_SECRET_SUFFIX.test(name);
}

/** The problem with a public value, if it looks like a secret; the message never contains the value. */
export function detectSecret(text: string, name: string): string | undefined {
  if (isSecret(text)) return "contains a secret in plain text, readable by everyone who can read the object";
  if (SECRET_VALUE.test(text.replace(CERTIFICATE, ""))) return "the value looks like a secret";
  return isSecretName(name) && text !== "" ? `${name} is in plaintext` : undefined;
}
