import { isSecret } from "../../plan/plan.ts";

/** Names of values that are secret; the names of files and of switches about them are not. */
const SECRET_NAME =
  /PASSWORD|PASSWD|TOKEN|CREDENTIAL|SECRET|API_?KEY|(SIGNING|DATA|PRIVATE|ENCRYPTION|ACCESS)_KEY/i;
const NON_SECRET_SUFFIX =
  /(FILE|PATH|DIR|NAME|ENABLED|REQUIRED|SECONDS|MINUTES|FIELDS|PREFIX|ALGORITHM|VERSION)$/i;

/**
 * Texts that are secrets whatever they are called: a private key, a password in an address, 32 bytes in
 * base64.
 */
const SECRET_VALUE =
  /-----BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^/\s:@$]+:[^/\s@$]+@|(^|[\s"'=:])[A-Za-z0-9+/]{43}=($|[\s"'])/;

/** Certificates are public, and their last line may look like 32 bytes in base64. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !NON_SECRET_SUFFIX.test(name);
}

/** What is wrong with a text that everybody may read; the text itself is never part of the message. */
export function detectSecret(text: string, name: string): string | undefined {
  if (isSecret(text)) return "contains a secret in plain text, readable by everyone who can read the object";
  if (SECRET_VALUE.test(text.replace(CERTIFICATE, ""))) return "the text holds what looks like a secret";
  return isSecretName(name) && text !== "" ? `${name} is in plaintext` : undefined;
}
