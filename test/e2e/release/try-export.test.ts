import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { gameFiles } from "../../release/exports/support/game-export.ts";
import { writePack } from "../../release/exports/support/write-pack.ts";
import { runCliProcess } from "../../support/run-cli.ts";
import { describeWithTool } from "../../support/tools.ts";

/** An ELF program that becomes the reference server if it is started headless. */
const PROGRAM = `
#include <string.h>
#include <unistd.h>
int main(int count, char **arguments) {
  if (count < 2 || strcmp(arguments[1], "--headless") != 0) return 9;
  execl(NODE, NODE, MAIN, (char *)0);
  return 7;
}
`;

describeWithTool("gcc", "release try", (gcc) => {
  let directory = "";
  const compile = (source: string): void => {
    writeFileSync(join(directory, "main.c"), source);
    const define = (name: string, value: string): string => `-D${name}="${value}"`;
    const names = [define("NODE", process.execPath), define("MAIN", resolve("reference-server/main.ts"))];
    execFileSync(gcc, [...names, "-o", "server.x86_64", "main.c"], { cwd: directory });
  };
  beforeAll(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), "spacetime-vr-try-test-")));
    writeFileSync(join(directory, "server.pck"), writePack(gameFiles(), { version: 3 }));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test("a server that implements the contract is started, verified and stopped", async () => {
    compile(PROGRAM);
    const { exitCode, stdout } = await runCliProcess(resolve("."), ["release", "try", directory, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: "passed", failed: [], lacking: [] });
    expect(exitCode).toBe(0);
  }, 60_000);

  test("a server that ends before it serves /health is reported with its last output", async () => {
    compile('#include <stdio.h>\nint main() { fprintf(stderr, "no main scene\\n"); return 3; }\n');
    const { exitCode, stderr } = await runCliProcess(resolve("."), ["release", "try", directory]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/ended before it served \/health; its last output: no main scene/);
  }, 60_000);
});
