import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { identifyProcess } from "../../../operations/local/processes/process-identity.ts";
import { runCliInProcess } from "../../support/run-cli.ts";
import { createTestProject, type TestProject } from "./support/test-project.ts";

let project: TestProject | undefined;

const runLocal = ({ directory }: TestProject, ...args: string[]) =>
  runCliInProcess(directory, ["local", ...args]);

afterEach(async () => {
  await project?.remove();
  project = undefined;
});

test("a gateway port that is in use makes local up exit with 1 and name the port; nothing runs", async () => {
  project = await createTestProject();
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(project?.port, "127.0.0.1", resolve));
  const { exitCode, stderr } = await runLocal(project, "up", "--port", String(project.port));
  holder.close();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(new RegExp(`port is "${project.port}": is in use by .*--port`));
  expect(await project.status()).toMatchObject({ state: "down" });
});

test("no second supervisor starts while the lock is held", async () => {
  project = await createTestProject();
  mkdirSync(project.paths.state, { recursive: true });
  writeFileSync(
    project.paths.lock,
    JSON.stringify({ ...identifyProcess(process.pid), nonce: "n", since: "today" }),
  );
  const { exitCode, stderr } = await runLocal(project, "up", "--port", String(project.port));
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("the supervisor: has not published its control socket"),
  });
  // The holder is this process, which `down` must not stop.
  writeFileSync(project.paths.lock, "");
});

test("without a deployment, each command sets its exit code and says what to do", async () => {
  project = await createTestProject();
  const asked: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["up", "--port", "70000"], 2, /must be a port/],
    [["up", "--without", "grafana"], 2, /must be a list of nginx, postgres, redis/],
    [["up", "--build", "absent"], 2, /is not a directory that can be read|runs only on Linux/],
    [["rollback"], 2, /contains no other stored release/],
    [["rollback", "--to", "20260101-000000-aaaaaaaaaa"], 2, /is not stored/],
    [["status", "--json"], 1, /^$/],
    [["down"], 0, /^$/],
  ];
  for (const [args, exitCode, words] of asked) {
    expect(await runLocal(project, ...args)).toMatchObject({
      exitCode,
      stderr: expect.stringMatching(words),
    });
  }
});

test("a state file that cannot be read is reported, and the deployment does not look stopped", async () => {
  project = await createTestProject();
  mkdirSync(project.paths.lock, { recursive: true });
  for (const command of ["status", "down", "up"])
    expect(await runLocal(project, command)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(project.paths.lock),
    });
  rmSync(project.paths.lock, { recursive: true });
});

test("an invalid stack file is rejected with every problem before any file is created", async () => {
  project = await createTestProject();
  const file = join(project.directory, "Pulumi.local.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("drainSeconds: 15", "drainSeconds: soon"));
  const { exitCode, stderr } = await runLocal(project, "up");
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("drainSeconds"),
  });
  expect(existsSync(project.paths.state)).toBe(false);
  // In the background, message and exit code are the same, without a request to report a bug.
  const behind = await project.run("up", "--detach");
  expect(behind).toMatchObject({ code: 2, stderr });
});

test("a lost secret of an existing database is reported with a remedy and not generated again", async () => {
  project = await createTestProject();
  mkdirSync(join(project.paths.postgres, "data"), { recursive: true });
  const { code, stderr } = await project.run("up", "--port", String(project.port));
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /player-data-key: is missing, but the database was created with it\. Restore it/,
    ),
  });
  expect(existsSync(join(project.paths.secrets, "player-data-key"))).toBe(false);
});

test("a secret with a quote is rejected before a service can print it, and is not shown", async () => {
  project = await createTestProject();
  mkdirSync(project.paths.secrets, { recursive: true });
  const secret = `hunter2" ${"a".repeat(40)}`;
  writeFileSync(join(project.paths.secrets, "redis-password"), secret);
  const { code, stderr, stdout } = await project.run("up", "--port", String(project.port));
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/redis-password: must have at least 32 characters, and only letters/),
  });
  expect(`${stdout}${stderr}`).not.toContain("hunter2");
});
