import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

const MAC_BYTES = 32;

/** The key that authenticates manifests and inventories; it is derived, so that it reveals nothing of the encryption key. */
function deriveMacKey(key: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key, "", "spacetime-vr backup manifest v1", MAC_BYTES));
}

function createMac(key: string, text: string): Buffer {
  return createHmac("sha256", deriveMacKey(key)).update(text).digest();
}

/** Formats a value as JSON with a message authentication code in the last line. */
export function signJson(key: string, value: unknown): string {
  const text = `${JSON.stringify(value, undefined, 1)}\n`;
  return `${text}hmac-sha256 ${createMac(key, text).toString("hex")}\n`;
}

/** The result of reading signed JSON. */
export type SignedJson =
  | { readonly kind: "valid"; readonly value: unknown }
  | { readonly kind: "invalid"; readonly reason: string };

/** Reads signed JSON; a changed, truncated or foreign text is invalid. */
export function readSignedJson(key: string, text: string): SignedJson {
  const found = /^(?<body>.*\n)hmac-sha256 (?<mac>[0-9a-f]{64})\n$/s.exec(text)?.groups;
  if (found?.body === undefined || found.mac === undefined)
    return { kind: "invalid", reason: "is truncated or damaged" };
  if (!timingSafeEqual(Buffer.from(found.mac, "hex"), createMac(key, found.body)))
    return { kind: "invalid", reason: "is damaged, or was written with another backup key" };
  return { kind: "valid", value: JSON.parse(found.body) };
}
