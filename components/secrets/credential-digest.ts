import { scryptSync } from "node:crypto";

/** Cost of scrypt: 2^15 blocks of 1 KiB, 32 MiB and tens of milliseconds a guess; at most five are made in a plan. */
const SCRYPT_COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/**
 * Four bytes of hex that change when a given credential changes, so that its new value rolls the workloads that read it.
 * It stands in an object's name, for everybody to read, so it is stretched and short: 2^32 candidates fit it, and each guess
 * costs a full scrypt.
 */
export function credentialDigest(credential: string, value: string, scope: string): string {
  return scryptSync(value, `spacetime-vr/${scope}/${credential}`, 4, SCRYPT_COST).toString("hex");
}
