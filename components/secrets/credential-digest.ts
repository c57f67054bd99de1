import { scryptSync } from "node:crypto";

/** Cost of scrypt: 32 MiB and tens of milliseconds per guess; a plan computes at most five. */
const SCRYPT_COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/**
 * A hash of a provided credential (4 bytes in hex), so that a new value triggers a rollout of the workloads that read it.
 * It is part of an object's name and therefore public, so it is short and slow to compute: many values share each hash,
 * and every guess costs a full scrypt.
 */
export function credentialDigest(credential: string, value: string, scope: string): string {
  return scryptSync(value, `spacetime-vr/${scope}/${credential}`, 4, SCRYPT_COST).toString("hex");
}
