import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "@jest/globals";
import { eventually } from "../support/ports.ts";
import { createTestEnv, sendRequest } from "./support/test-server.ts";

/** Runs the program as a deployment does and collects its output. */
function startProcess(env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const child = spawn(process.execPath, ["reference-server/main.ts", ...args], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (data) => {
    output += data;
  });
  child.stderr.on("data", (data) => {
    output += data;
  });
  return { child, exited: once(child, "exit"), output: () => output };
}

test("SIGTERM drains the server, which exits with 0; Godot arguments are ignored", async () => {
  const env = await createTestEnv();
  const { child, exited, output } = startProcess(env, ["--headless"]);
  await eventually("a healthy server", 10, () =>
    sendRequest(`http://127.0.0.1:${env.GODOT_HTTP_PORT}`, "/health").then(
      ({ status }) => (status === 200 ? true : undefined),
      () => undefined,
    ),
  );
  child.kill("SIGTERM");
  expect((await exited)[0]).toBe(0);
  expect(output()).toContain("drain finished");
});

test("an invalid environment exits with 2 and one message that lists every problem", async () => {
  const { exited, output } = startProcess({ GODOT_HTTP_PORT: "0", GODOT_ENV: "moon" });
  expect((await exited)[0]).toBe(2);
  expect(output().match(/^ {2}- GODOT_\w+/gm)).toEqual([
    "  - GODOT_ENV",
    "  - GODOT_HTTP_PORT",
    "  - GODOT_API_TOKEN",
    "  - GODOT_JWT_SIGNING_KEY",
  ]);
});

test("--help lists the faults", async () => {
  const { exited, output } = startProcess({}, ["--help"]);
  expect((await exited)[0]).toBe(0);
  expect(output()).toContain("metrics-missing");
});
