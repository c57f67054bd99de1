import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { readBuild } from "../../../../operations/local/releases/build.ts";
import { gameFiles } from "../../../release/exports/support/game-export.ts";
import { writeElf, writePe } from "../../../release/exports/support/write-executables.ts";
import { writePack } from "../../../release/exports/support/write-pack.ts";

const describeOnLinux = process.platform === "linux" ? describe : describe.skip;

const [HERE, ELSEWHERE] = process.arch === "arm64" ? [183, 62] : [62, 183];

const SERVER = writeElf({ machine: HERE });
const PACK = writePack(gameFiles(), { version: 3 });

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
      /is neither an ELF nor a PE executable/,
    ],
    ["a Windows executable is rejected", () => put("server.x86_64", writePe()), /is a Windows program/],
    [
      "an executable for another architecture is rejected",
      () => put("server.x86_64", writeElf({ machine: ELSEWHERE })),
      /is for (arm64|x86_64), and this machine is/,
    ],
    [
      "an executable without execute permission is rejected",
      () => put("server.x86_64", SERVER, 0o644),
      /is not executable\. chmod \+x/,
    ],
    [
      "an executable without its pack is rejected",
      () => put("server.x86_64", SERVER),
      /has neither a \.pck file of the same name nor an embedded pack/,
    ],
    [
      "a Git LFS pointer instead of a pack is rejected",
      () => {
        put("server.x86_64", SERVER);
        put("server.pck", "version https://git-lfs.github.com/spec/v1\n");
      },
      /is not a Godot pack/,
    ],
    [
      "an executable whose end is missing is rejected",
      () => put("server.x86_64", SERVER.subarray(0, SERVER.length - 64)),
      /is truncated/,
    ],
    [
      "a pack with the name of another executable is not the pack of this one",
      () => {
        put("server.x86_64", SERVER);
        put("client.pck", PACK);
      },
      /has neither a \.pck file of the same name/,
    ],
    [
      "a directory with two executables is rejected",
      () => {
        put("a.x86_64", SERVER);
        put("b.x86_64", SERVER);
      },
      /contains several executables: a\.x86_64, b\.x86_64/,
    ],
  ])("%s", (_name, arrange, expected) => {
    arrange();
    expect(() => readBuild(directory)).toThrow(expected);
  });

  test("an executable with an external or embedded pack is accepted", () => {
    put("server.x86_64", SERVER);
    put("server.pck", PACK);
    put("libphysics.so", "library", 0o644);
    expect(readBuild(directory)).toMatchObject({
      executable: "server.x86_64",
      pack: "server.pck",
      libraries: ["libphysics.so"],
    });
    rmSync(join(directory, "server.pck"));
    put(
      "server.x86_64",
      writeElf({ machine: HERE, pack: (start) => writePack(gameFiles(), { version: 3, start }) }),
    );
    expect(readBuild(directory)).toMatchObject({ pack: undefined });
  });
});
