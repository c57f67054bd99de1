import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as openpgp from "openpgp";
import {
  readPublicKey,
  readSigningKey,
  signDetached,
  verifyDetached,
} from "../../../release/signing/sign.ts";
import { describeWithTool } from "../../support/tools.ts";

const PASSPHRASE = "correct horse";
const TEXT = "0123  spacetime-vr-v2.5.0.tar.gz\n";

let scratch = "";
let keyFile = "";
let publicFile = "";
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-sign-"));
  const userIDs = [{ name: "Release" }];
  const { privateKey, publicKey } = await openpgp.generateKey({ userIDs, passphrase: PASSPHRASE });
  keyFile = join(scratch, "key.asc");
  publicFile = join(scratch, "public.asc");
  writeFileSync(keyFile, privateKey);
  writeFileSync(publicFile, publicKey);
});
afterAll(() => rmSync(scratch, { recursive: true }));

describe("the key of a release", () => {
  test.each([
    [undefined, /has a passphrase\. Name a file that contains it/],
    ["wrong", /--passphrase-file: does not contain the passphrase/],
  ])("with the passphrase %s is rejected before anything is built", async (passphrase, message) => {
    await expect(readSigningKey({ keyFile, passphrase })).rejects.toThrow(message);
  });

  test("that is missing, something else or only a public key is rejected", async () => {
    const other = join(scratch, "other");
    writeFileSync(other, "secret");
    const read = (file: string) => readSigningKey({ keyFile: file, passphrase: undefined });
    await expect(read(join(scratch, "none"))).rejects.toThrow(/cannot be read/);
    await expect(read(other)).rejects.toThrow(/is not an armored OpenPGP private key/);
    await expect(read(publicFile)).rejects.toThrow(/is not an armored OpenPGP private key/);
    await expect(readPublicKey(other)).rejects.toThrow(/is not an armored OpenPGP public key/);
  });

  test("that has expired cannot sign", async () => {
    const date = new Date(Date.now() - 86_400_000);
    const { privateKey } = await openpgp.generateKey({
      userIDs: [{ name: "Old" }],
      date,
      keyExpirationTime: 60,
    });
    const expired = join(scratch, "expired.asc");
    writeFileSync(expired, privateKey);
    await expect(readSigningKey({ keyFile: expired, passphrase: undefined })).rejects.toThrow(/cannot sign/);
  });
});

describeWithTool("gpg", "a receiver with nothing but gpg", (gpg) => {
  test("verifies the signature, and rejects it for another text", async () => {
    const home = join(scratch, "gnupg");
    mkdirSync(home, { mode: 0o700 });
    const env = { ...process.env, GNUPGHOME: home, LC_ALL: "C" };
    const key = await readSigningKey({ keyFile, passphrase: PASSPHRASE });
    writeFileSync(join(scratch, "SHA256SUMS"), TEXT);
    writeFileSync(join(scratch, "SHA256SUMS.asc"), await signDetached(TEXT, key));
    execFileSync(gpg, ["--batch", "--quiet", "--import", publicFile], { env });
    const verify = (file: string) =>
      spawnSync(gpg, ["--batch", "--verify", join(scratch, "SHA256SUMS.asc"), join(scratch, file)], {
        env,
        encoding: "utf8",
      });
    expect(verify("SHA256SUMS")).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("Good signature"),
    });
    writeFileSync(join(scratch, "changed"), TEXT.replace("0123", "0124"));
    expect(verify("changed")).toMatchObject({ status: 1, stderr: expect.stringContaining("BAD signature") });
  });

  test("makes signatures that release verify accepts", async () => {
    const home = join(scratch, "gnupg-signer");
    mkdirSync(home, { mode: 0o700 });
    const env = { ...process.env, GNUPGHOME: home };
    const batch = ["--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""];
    execFileSync(gpg, [...batch, "--quick-generate-key", "Signer", "ed25519", "sign", "1d"], { env });
    const exported = execFileSync(gpg, ["--armor", "--export"], { env });
    writeFileSync(join(scratch, "signer.asc"), exported);
    const signature = execFileSync(gpg, [...batch, "--armor", "--detach-sign"], {
      env,
      input: TEXT,
      encoding: "utf8",
    });
    const publicKey = await readPublicKey(join(scratch, "signer.asc"));
    expect(await verifyDetached(Buffer.from(TEXT), signature, publicKey)).toMatchObject({ valid: true });
    spawnSync("gpgconf", ["--kill", "all"], { env });
  });
});
