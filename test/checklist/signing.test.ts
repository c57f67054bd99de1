import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { itemDigest } from "../../checklist/evaluation/judge-human.ts";
import { itemById } from "../../checklist/items/index.ts";
import type { People } from "../../checklist/records/people.ts";
import type { SignOff } from "../../checklist/records/sign-off.ts";
import { readSignOffs, readWaivers, writeSignedRecord } from "../../checklist/records/signed-records.ts";
import type { Waiver } from "../../checklist/records/waiver.ts";
import { describeWithTool } from "../support/tools.ts";

const NOW = new Date("2026-11-28T12:00:00Z");
const ITEM = "sign-off.package.devops-lead";

const people: People = {
  people: [
    { id: "ada@example.org", name: "Ada", roles: ["devops-lead", "tech-lead"] },
    { id: "bob@example.org", name: "Bob", roles: ["operator"] },
  ],
  escalation: [],
};

describeWithTool("ssh-keygen", "records are signed with SSH keys", () => {
  let keys = "";
  let directory = "";
  const key = (name: string): string => join(keys, name);

  beforeAll(() => {
    keys = mkdtempSync(join(tmpdir(), "keys-"));
    for (const name of ["ada", "bob"])
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key(name)]);
  });
  afterAll(() => rmSync(keys, { recursive: true, force: true }));

  beforeEach(() => {
    directory = mkdtempSync(join(keys, "project-"));
    mkdirSync(join(directory, "records"));
    allow("ada@example.org", "ada");
  });

  function allow(principal: string, name: string, options = ""): void {
    const line = `${principal} ${options}${options === "" ? "" : " "}${readFileSync(`${key(name)}.pub`, "utf8")}`;
    writeFileSync(join(directory, "records/allowed-signers"), line);
  }

  const item = itemById(ITEM);
  if (item === undefined) throw new Error(`There is no item ${ITEM}.`);
  const signOff: SignOff = {
    version: 1,
    kind: "sign-off",
    item: ITEM,
    itemDigest: itemDigest(item),
    environment: "production",
    signer: "ada@example.org",
    signedAt: "2026-11-28T10:00:00Z",
    binding: { planDigest: "0".repeat(64) },
    evidence: "reviewed the package",
  };
  const { binding: _, evidence: __, kind: ___, ...common } = signOff;
  const waiver: Waiver = {
    ...common,
    kind: "waiver",
    reason: "a reason of some length",
    owner: "ada@example.org",
    expires: "2026-12-31",
  };

  const read = (now = NOW) => readSignOffs({ directory, environment: "production", people, now });
  const signatureOf = (now = NOW) => read(now).records[0]?.signature;

  test("a signed record is valid, with the roles of its signer", () => {
    const files = writeSignedRecord(directory, signOff, key("ada"));
    expect(files[0]).toBe(`records/production/sign-offs/${ITEM}.json`);
    expect(read()).toEqual({
      records: [
        expect.objectContaining({
          content: signOff,
          signature: expect.objectContaining({ valid: true }),
          roles: ["devops-lead", "tech-lead"],
        }),
      ],
      problems: [],
    });
  });

  test("every changed byte of a sign-off, a waiver and their signatures is found", () => {
    const files = [
      ...writeSignedRecord(directory, signOff, key("ada")),
      ...writeSignedRecord(directory, waiver, key("ada")),
    ];
    for (const file of files) {
      const path = join(directory, file);
      const original = readFileSync(path);
      for (let at = 3; at < original.length; at += Math.ceil(original.length / 12)) {
        const changed = Buffer.from(original);
        changed[at] = (changed[at] ?? 0) ^ 1;
        writeFileSync(path, changed);
        const { records, problems } = file.includes("waivers")
          ? readWaivers({ directory, environment: "production", people, now: NOW })
          : read();
        const isFound = problems.length > 0 || records.every(({ signature }) => !signature.valid);
        expect({ file, at, isFound }).toEqual({ file, at, isFound: true });
      }
      writeFileSync(path, original);
    }
    expect(signatureOf()).toMatchObject({ valid: true });
  });

  test("a key of another person is found", () => {
    writeSignedRecord(directory, signOff, key("bob"));
    expect(signatureOf()).toEqual({
      valid: false,
      reason: "it was not signed with a key of ada@example.org",
    });
  });

  test("an expired key is found, at the time of signing and now", () => {
    writeSignedRecord(directory, signOff, key("ada"));
    allow("ada@example.org", "ada", 'valid-before="20261128"');
    expect(signatureOf()).toMatchObject({
      valid: false,
      reason: expect.stringContaining("was not valid on 2026-11-28"),
    });
    allow("ada@example.org", "ada", 'valid-after="20260101",valid-before="20261201"');
    expect(signatureOf()).toMatchObject({ valid: true });
    expect(signatureOf(new Date("2026-12-02T00:00:00Z"))).toMatchObject({
      valid: false,
      reason: expect.stringContaining("2026-12-02"),
    });
  });

  test("a signature for another purpose is found", () => {
    const [, waiverSignature] = writeSignedRecord(directory, waiver, key("ada"));
    const [, signature] = writeSignedRecord(directory, signOff, key("ada"));
    writeFileSync(join(directory, signature), readFileSync(join(directory, waiverSignature)));
    expect(signatureOf()).toEqual({ valid: false, reason: "it was signed for another purpose" });
  });

  test("a revoked key, a missing signature and a missing list of signers are found", () => {
    const [, signature] = writeSignedRecord(directory, signOff, key("ada"));
    writeFileSync(join(directory, "records/revoked-keys"), readFileSync(`${key("ada")}.pub`));
    expect(signatureOf()).toMatchObject({ valid: false });
    rmSync(join(directory, "records/revoked-keys"));
    expect(signatureOf()).toMatchObject({ valid: true });
    rmSync(join(directory, "records/allowed-signers"));
    expect(signatureOf()).toMatchObject({ valid: false, reason: expect.stringContaining("does not exist") });
    rmSync(join(directory, signature));
    expect(signatureOf()).toEqual({ valid: false, reason: "it has no signature file" });
  });

  test("a date in the future, another environment and another file name are found", () => {
    writeSignedRecord(directory, { ...signOff, signedAt: "2026-11-29T10:00:00Z" }, key("ada"));
    expect(signatureOf()).toEqual({ valid: false, reason: "its date 2026-11-29T10:00:00Z is in the future" });
    const [file] = writeSignedRecord(directory, signOff, key("ada"));
    const text = readFileSync(join(directory, file), "utf8");
    const folder = join(directory, "records/production/sign-offs");
    writeFileSync(join(folder, "sign-off.package.qa-lead.json"), text);
    writeFileSync(
      join(folder, "sign-off.package.security-lead.json"),
      text.replace('"production"', '"staging"'),
    );
    expect(read().problems.map(({ path, message }) => `${path} ${message}`)).toEqual([
      "item must be the name of the file",
      "environment must be production, like the directory",
    ]);
  });

  test("a file that is no key signs nothing", () => {
    expect(() => writeSignedRecord(directory, signOff, join(keys, "none"))).toThrow(/cannot sign/);
  });
});
