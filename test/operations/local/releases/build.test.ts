import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { readBuild } from "../../../../operations/local/releases/build.ts";

const describeOnLinux = process.platform === "linux" ? describe : describe.skip;

/** The ELF header of an executable for an architecture. */
function elfHeader(machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF\x02\x01\x01", "latin1");
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(machine, 18);
  return header;
}

const [HERE, ELSEWHERE] = process.arch === "arm64" ? [183, 62] : [62, 183];

describeOnLinux("reading a Godot build", () => {
  let directory = "";

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "spacetime-vr-build-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const put = (name: string, content: Buffer | string, mode = 0o755): void => {
    writeFileSync(join(directory, name), content);
    chmodSync(join(directory, name), mode);
  };

  test.each<readonly [string, () => void, RegExp]>([
    [
      "a directory without an executable is rejected",
      () => put("readme.txt", "hello"),
      /contains no Linux executable/,
    ],
    [
      "a script instead of an executable is rejected",
      () => put("server.x86_64", "#!/bin/sh\n"),
      /is not an ELF executable/,
    ],
    [
      "a Windows executable is rejected",
      () => put("server.x86_64", `MZ${"\0".repeat(64)}`),
      /is a Windows program/,
    ],
    [
      "an executable for another architecture is rejected",
      () => put("server.x86_64", elfHeader(ELSEWHERE)),
      /is for (arm64|x64), and this machine is/,
    ],
    [
      "an executable without execute permission is rejected",
      () => put("server.x86_64", elfHeader(HERE), 0o644),
      /is not executable\. chmod \+x/,
    ],
    [
      "an executable without its pack is rejected",
      () => put("server.x86_64", elfHeader(HERE)),
      /has neither a \.pck file nor an embedded pack/,
    ],
    [
      "a Git LFS pointer instead of a pack is rejected",
      () => {
        put("server.x86_64", elfHeader(HERE));
        put("server.pck", "version https://git-lfs.github.com/spec/v1\n");
      },
      /is not a Godot pack/,
    ],
    [
      "a directory with two executables is rejected",
      () => {
        put("a.x86_64", elfHeader(HERE));
        put("b.x86_64", elfHeader(HERE));
      },
      /contains several executables: a\.x86_64, b\.x86_64/,
    ],
  ])("%s", (_name, arrange, expected) => {
    arrange();
    expect(() => readBuild(directory)).toThrow(expected);
  });

  test("an executable with an external or embedded pack is accepted", () => {
    put("server.x86_64", elfHeader(HERE));
    put("server.pck", "GDPC");
    put("libphysics.so", "library", 0o644);
    expect(readBuild(directory)).toMatchObject({
      executable: "server.x86_64",
      pack: "server.pck",
      libraries: ["libphysics.so"],
    });
    rmSync(join(directory, "server.pck"));
    put("server.x86_64", Buffer.concat([elfHeader(HERE), Buffer.from("GDPC")]));
    expect(readBuild(directory)).toMatchObject({ pack: undefined });
  });
});
