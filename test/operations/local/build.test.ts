import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { readBuild } from "../../../operations/local/build.ts";
import { describeWithTool } from "../../support/tools.ts";
import { makeProject, type TestProject } from "./support.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

/** The first bytes of an ELF executable for a machine. */
function elf(machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF\x02\x01\x01", "latin1");
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(machine, 18);
  return header;
}

const [HERE, ELSEWHERE] = process.arch === "arm64" ? [183, 62] : [62, 183];

onLinux("a build that cannot be run is refused by what is wrong with it", () => {
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
    ["there is no executable", () => put("readme.txt", "hello"), /holds no Linux executable/],
    ["the executable is a script", () => put("server.x86_64", "#!/bin/sh\n"), /is not an ELF executable/],
    ["it is for Windows", () => put("server.x86_64", `MZ${"\0".repeat(64)}`), /is a Windows program/],
    [
      "it is for another architecture",
      () => put("server.x86_64", elf(ELSEWHERE)),
      /is for (arm64|x64), and this machine is/,
    ],
    ["it may not be executed", () => put("server.x86_64", elf(HERE), 0o644), /is not executable\. chmod \+x/],
    ["the pack is missing", () => put("server.x86_64", elf(HERE)), /has no \.pck beside it and none inside/],
    [
      "the pack is a Git LFS pointer",
      () => {
        put("server.x86_64", elf(HERE));
        put("server.pck", "version https://git-lfs.github.com/spec/v1\n");
      },
      /is not a Godot pack/,
    ],
    [
      "there are two of them",
      () => {
        put("a.x86_64", elf(HERE));
        put("b.x86_64", elf(HERE));
      },
      /holds several executables: a\.x86_64, b\.x86_64/,
    ],
  ])("%s", (_name, arrange, expected) => {
    arrange();
    expect(() => readBuild(directory)).toThrow(expected);
  });

  test("an executable with its pack beside it or inside it is taken", () => {
    put("server.x86_64", elf(HERE));
    put("server.pck", "GDPC");
    put("libphysics.so", "library", 0o644);
    expect(readBuild(directory)).toMatchObject({
      executable: "server.x86_64",
      pack: "server.pck",
      libraries: ["libphysics.so"],
    });
    rmSync(join(directory, "server.pck"));
    put("server.x86_64", Buffer.concat([elf(HERE), Buffer.from("GDPC")]));
    expect(readBuild(directory)).toMatchObject({ pack: undefined });
  });
});

/**
 * An ELF program that honours the game-server contract, because it becomes the reference server: it is started as a Godot
 * export would be, and refuses when it is not.
 */
const PROGRAM = `
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(int count, char **arguments) {
  if (count < 2 || strcmp(arguments[1], "--headless") != 0) { fprintf(stderr, "not headless\\n"); return 9; }
  if (access("server.pck", R_OK) != 0) { fprintf(stderr, "no pack beside me\\n"); return 8; }
  execl(NODE, NODE, MAIN, "--headless", (char *)0);
  return 7;
}
`;

onLinux("a build that runs", () => {
  describeWithTool("gcc", "is deployed as it was exported", (gcc) => {
    let project: TestProject;
    let directory = "";

    beforeAll(async () => {
      project = await makeProject();
      directory = realpathSync(mkdtempSync(join(tmpdir(), "spacetime-vr-build-")));
      writeFileSync(join(directory, "main.c"), PROGRAM);
      const main = resolve("reference-server/main.ts");
      const define = (name: string, value: string): string => `-D${name}="${value}"`;
      execFileSync(
        gcc,
        [define("NODE", process.execPath), define("MAIN", main), "-o", "server.x86_64", "main.c"],
        { cwd: directory },
      );
      writeFileSync(join(directory, "server.pck"), "GDPC");
    });

    afterAll(async () => {
      await project?.remove();
      rmSync(directory, { recursive: true, force: true });
    });

    test("it is started headless with the same environment, verified, and kept for a rollback whatever becomes of its directory", async () => {
      const args = [
        "--without",
        "nginx,postgres,redis",
        "--detach",
        "--port",
        String(project.port),
        "--build",
        directory,
      ];
      const { code, stdout, stderr } = await project.run("up", ...args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain("verified 10/10");
      const { running } = await project.running();
      expect(running.server).toBe("build");
      const kept = join(project.paths.releases, running.release ?? "", "server");
      copyFileSync("/dev/null", join(directory, "server.pck"));
      expect(readFileSync(join(kept, "server.pck"), "utf8")).toBe("GDPC");
    });

    test("one that does not come up is told with its last words, and leaves the running one as it was", async () => {
      writeFileSync(join(directory, "server.pck"), "GDPC");
      writeFileSync(
        join(directory, "main.c"),
        '#include <stdio.h>\nint main() { fprintf(stderr, "no main scene\\n"); return 3; }\n',
      );
      execFileSync(gcc, ["-o", "server.x86_64", "main.c"], { cwd: directory });
      const { running: before } = await project.running();
      const { code, stderr } = await project.run("up", "--port", String(project.port), "--build", directory);
      expect(code).toBe(1);
      expect(stderr).toContain("no main scene");
      const { running: after } = await project.running();
      expect(after.release).toBe(before.release);
      expect(await project.ask("/ready")).toMatchObject({ status: 200 });
    });
  });
});
