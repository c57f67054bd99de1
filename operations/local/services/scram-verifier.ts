import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

/** What Postgres itself uses (scram_iterations). */
const ITERATIONS = 4096;

/**
 * The SCRAM-SHA-256 verifier of a password, as Postgres stores it: a statement with a verifier sets the password without containing it,
 * so no log and no error message can show it. https://www.postgresql.org/docs/current/catalog-pg-authid.html
 * @param password printable ASCII; other characters would need SASLprep (RFC 4013).
 */
export function scramVerifier(password: string, salt = randomBytes(16)): string {
  if (!/^[\x21-\x7e]+$/.test(password)) throw new Error("The password must be printable ASCII.");
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
  const hmac = (text: string): Buffer => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  const serverKey = hmac("Server Key").toString("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
