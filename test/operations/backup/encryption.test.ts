import { expect, test } from "@jest/globals";
import { decryptAge, encryptAge } from "../../../operations/backup/age-file.ts";
import { readSecretsExport } from "../../../operations/backup/secrets-export.ts";
import { readSignedJson, signJson } from "../../../operations/backup/signed-json.ts";

const KEY = "planted-key-of-a-repository-00000000";

test("an encrypted file opens only with its key, and a changed byte anywhere is noticed", async () => {
  const encrypted = await encryptAge(KEY, Buffer.from("planted content"));
  expect(Buffer.from(encrypted).toString("latin1")).not.toContain("planted");
  expect(Buffer.from(encrypted).toString("latin1")).toMatch(/^age-encryption\.org\/v1\n-> scrypt /);
  expect(Buffer.from(await decryptAge(KEY, encrypted)).toString()).toBe("planted content");
  await expect(decryptAge(`${KEY}x`, encrypted)).rejects.toThrow();
  for (const position of [30, encrypted.length - 40, encrypted.length - 1]) {
    const changed = Uint8Array.from(encrypted);
    changed[position] = (changed[position] ?? 0) ^ 1;
    await expect(decryptAge(KEY, changed)).rejects.toThrow();
  }
  await expect(decryptAge(KEY, encrypted.subarray(0, encrypted.length - 1))).rejects.toThrow();
});

test("a restored secret cannot be written outside of its directory", async () => {
  for (const name of [
    "../outside",
    "secrets/../../outside",
    "/etc/passwd",
    "postgres/data",
    "secrets/.hidden",
  ]) {
    const planted = await encryptAge(KEY, Buffer.from(JSON.stringify({ [name]: "" })));
    await expect(readSecretsExport(KEY, planted)).rejects.toThrow();
  }
});

test("a manifest that was changed, truncated or written with another key is rejected with its reason", () => {
  const text = signJson(KEY, { name: "first" });
  expect(readSignedJson(KEY, text)).toEqual({ kind: "valid", value: { name: "first" } });
  expect(readSignedJson(KEY, text.replace("first", "other"))).toMatchObject({
    kind: "invalid",
    reason: expect.stringMatching(/damaged/),
  });
  expect(readSignedJson(KEY, text.slice(0, -5))).toMatchObject({
    kind: "invalid",
    reason: "is truncated or damaged",
  });
  expect(readSignedJson("another key", text)).toMatchObject({
    reason: expect.stringMatching(/another backup key/),
  });
});
