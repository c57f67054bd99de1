import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { isPortFree } from "../../../operations/local/processes/ports.ts";
import { identifyProcess } from "../../../operations/local/processes/process-identity.ts";
import { readLocalTarget } from "../../../probes/target/local-target.ts";
import { eventually, freePort } from "../../support/ports.ts";
import { createTestProject, type TestProject } from "./support/test-project.ts";

let project: TestProject | undefined;

afterEach(async () => {
  await project?.remove();
  project = undefined;
});

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test("npm start verifies the deployment, does not print its secrets, and leaves no process after Ctrl-C", async () => {
  project = await createTestProject();
  const { paths, port, directory } = project;
  const up = project.start("up", "--port", String(port));
  await eventually("a verified deployment", 60, () =>
    /is up: verified 10\/10/.test(up.output()) || up.child.exitCode !== null ? true : undefined,
  );
  expect(up.output()).toContain("verified 10/10");
  const { running } = await project.running();
  const target = readLocalTarget(directory);
  expect(new URL(target.url).port).toBe(String(port));
  const secrets = readdirSync(paths.secrets).map((name) => readFileSync(join(paths.secrets, name), "utf8"));
  expect(secrets.length).toBe(9);
  const modes = [
    ...filesBelow(paths.secrets),
    join(paths.tls, "ca.key"),
    join(paths.tls, "tls.key"),
    paths.target,
  ];
  expect(modes.map((path) => statSync(path).mode & 0o777)).toEqual(modes.map(() => 0o600));
  const said = [
    up.output(),
    ...filesBelow(paths.logs).map((path) => readFileSync(path, "utf8")),
    ...filesBelow(paths.releases).map((path) => readFileSync(path, "utf8")),
    ...running.processes.map(({ pid }) =>
      process.platform === "linux" ? readFileSync(`/proc/${pid}/cmdline`, "utf8") : "",
    ),
  ].join("\n");
  for (const secret of secrets) expect(said).not.toContain(secret);
  up.child.kill("SIGINT");
  // npm forwards a signal that the terminal has already sent.
  up.child.kill("SIGINT");
  expect((await up.ended).code).toBe(0);
  const left = running.processes.flatMap(({ pid }) =>
    pid === undefined ? [] : (identifyProcess(pid) ?? []),
  );
  expect(left).toEqual([]);
  const free = await Promise.all(
    Object.entries(running.ports)
      .filter(([name]) => name !== "discovery")
      .map(([, used]) => isPortFree(used)),
  );
  expect(free).not.toContain(false);
  expect(await project.status()).toMatchObject({ state: "down" });
});

test("--port may be the port that the stack file gives to the server: the gateway gets it", async () => {
  const port = await freePort();
  project = await createTestProject({ variables: { GODOT_HTTP_PORT: port } });
  const up = await project.run("up", "--detach", "--port", String(port));
  expect([up.code, up.stderr]).toEqual([0, ""]);
  const { running } = await project.running();
  expect(running.ports.gateway).toBe(port);
}, 120_000);

test("a deployment that npm runs ends when npm is killed", async () => {
  project = await createTestProject();
  const { paths, port } = project;
  // The shell stands for npm: it is the parent, and does not forward a signal that it cannot catch.
  const npm = project.startBelowShell("up", "--port", String(port));
  await eventually("a verified deployment", 60, () =>
    npm.output().includes("verified 10/10") || npm.child.exitCode !== null ? true : undefined,
  );
  const { running, supervisor } = await project.running();
  npm.child.kill("SIGKILL");
  await eventually("the end of the supervisor", 60, () =>
    identifyProcess(supervisor.pid) === undefined ? true : undefined,
  );
  const left = running.processes.flatMap(({ pid }) =>
    pid === undefined ? [] : (identifyProcess(pid) ?? []),
  );
  expect(left).toEqual([]);
  expect(existsSync(paths.lock)).toBe(false);
}, 120_000);
