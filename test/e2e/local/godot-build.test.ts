import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createTestProject, type TestProject } from "../../operations/local/support/test-project.ts";
import { gameFiles } from "../../release/exports/support/game-export.ts";
import { writePack } from "../../release/exports/support/write-pack.ts";
import { describeWithTool } from "../../support/tools.ts";

const describeOnLinux = process.platform === "linux" ? describe : describe.skip;

const PACK = writePack(gameFiles(), { version: 3 });

/** An ELF program that becomes the reference server. It fails unless it is started like a Godot export. */
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

describeOnLinux("a Godot build", () => {
  describeWithTool("gcc", "is deployed from its export directory", (gcc) => {
    let project: TestProject;
    let directory = "";

    beforeAll(async () => {
      project = await createTestProject();
      directory = realpathSync(mkdtempSync(join(tmpdir(), "spacetime-vr-build-")));
      writeFileSync(join(directory, "main.c"), PROGRAM);
      const main = resolve("reference-server/main.ts");
      const define = (name: string, value: string): string => `-D${name}="${value}"`;
      execFileSync(
        gcc,
        [define("NODE", process.execPath), define("MAIN", main), "-o", "server.x86_64", "main.c"],
        { cwd: directory },
      );
      writeFileSync(join(directory, "server.pck"), PACK);
    });

    afterAll(async () => {
      await project?.remove();
      rmSync(directory, { recursive: true, force: true });
    });

    test("a build is started headless, verified, and copied so that a rollback does not need its directory", async () => {
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
      expect(readFileSync(join(kept, "server.pck"))).toEqual(PACK);
    });

    test("a build with a damaged pack is rejected before anything changes", async () => {
      const damaged = Buffer.from(PACK);
      damaged.writeUInt8((damaged[112] ?? 0) ^ 1, 112);
      writeFileSync(join(directory, "server.pck"), damaged);
      const { code, stderr } = await project.run("up", "--port", String(project.port), "--build", directory);
      expect(code).toBe(2);
      expect(stderr).toMatch(/res:\/\/.*: is damaged: its MD5/);
    });

    test("a build that does not start is reported with its last output, and the running server is unchanged", async () => {
      writeFileSync(join(directory, "server.pck"), PACK);
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
      expect(await project.request("/ready")).toMatchObject({ status: 200 });
    });
  });
});
