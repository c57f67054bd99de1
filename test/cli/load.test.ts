import { spawn } from "node:child_process";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { loadCommand } from "../../cli/commands/load.ts";
import type { Output } from "../../cli/output.ts";
import { requireRemoteAllowed } from "../../probes/load/remote-target.ts";
import { isLoopback } from "../../probes/target/loopback.ts";
import { createSelfSignedCertificate } from "../../reference-server/self-signed-certificate.ts";
import { createTarget, runShortLoad, startHttpServer } from "../probes/load/load-helpers.ts";

interface CapturedOutput {
  readonly results: string[];
  readonly notes: string[];
}

async function runLoadCommand(...args: readonly string[]): Promise<CapturedOutput> {
  const said: CapturedOutput = { results: [], notes: [] };
  const output: Output = {
    style: {},
    result: (text) => said.results.push(text),
    note: (text) => said.notes.push(text),
    isTerminal: false,
    progress: () => undefined,
  };
  const command = loadCommand({ directory: process.cwd(), output })
    .exitOverride()
    .configureOutput({
      writeErr: () => undefined,
    });
  await command.parseAsync(args, { from: "user" });
  return said;
}

afterEach(() => {
  process.exitCode = undefined;
});

test("an empty --through command is a usage error and starts no load", async () => {
  await expect(runLoadCommand("local", "--through", " ")).rejects.toThrow(/--through.*must be a command/);
});

const FAST = ["--duration", "0.3", "--rate", "20", "--sessions", "0", "--path", "/status"];

describe("the load command", () => {
  test("rejects a target on another machine and names the flag that allows it", async () => {
    await expect(runLoadCommand("https://play.spacetime-vr.com")).rejects.toThrow(
      'target is "play.spacetime-vr.com": is not this machine. If you are allowed to load-test it, add --allow-remote.',
    );
  });

  test("rejects a telemetry target on another machine", async () => {
    const url = await startHttpServer((_request, response) => response.end("{}"));
    const elsewhere = ["--telemetry-url", "wss://play.spacetime-vr.com/telemetry"];
    await expect(runLoadCommand(url, ...elsewhere)).rejects.toThrow("--allow-remote");
  });

  test.each([
    ["http://localhost:8080", true],
    ["https://127.0.0.1", true],
    ["https://127.8.9.10:1", true],
    ["https://[::1]:8443", true],
    ["https://localhost.example.org", false],
    ["https://127.0.0.1.example.org", false],
    ["https://0.0.0.0", false],
    ["https://10.0.0.1", false],
    ["https://[::ffff:10.0.0.1]", false],
  ])("recognizes %s as this machine: %p", (url, expected) => {
    expect(isLoopback(url)).toBe(expected);
  });

  test("accepts another host with the flag", () => {
    const url = "https://play.spacetime-vr.com";
    expect(() => requireRemoteAllowed({ url, telemetryUrl: url }, true)).not.toThrow();
  });

  test("prints a text report and, with --json, a JSON report", async () => {
    const url = await startHttpServer((_request, response) => response.end("{}"));
    expect((await runLoadCommand(url, ...FAST)).results.join("")).toMatch(/HTTP +6 sent, 6 answered/);
    const [text = ""] = (await runLoadCommand(url, ...FAST, "--json")).results;
    expect(JSON.parse(text)).toMatchObject({ schema: "spacetime-vr/load", version: 1, http: { sent: 6 } });
    expect(process.exitCode).not.toBe(1);
  });

  test("exits with 1 when the target fails under load", async () => {
    const url = await startHttpServer((_request, response) => response.writeHead(500).end());
    await runLoadCommand(url, ...FAST);
    expect(process.exitCode).toBe(1);
  });

  test.each([
    ["--path", "status"],
    ["--path", "/a b"],
    ["--rate", "fast"],
    ["--reconnect-budget", "0"],
    ["--profile", "flood"],
  ])("rejects %s %s", async (option, value) => {
    await expect(runLoadCommand("http://127.0.0.1:1", option, value)).rejects.toThrow();
  });

  test("sends no request when the profile is out of range", async () => {
    let asked = 0;
    const url = await startHttpServer((_request, response) => {
      asked += 1;
      response.end();
    });
    await expect(runLoadCommand(url, "--rate", "5000")).rejects.toThrow("--rate");
    expect(asked).toBe(0);
  });
});

test("Ctrl-C ends a load and prints the report of the requests so far", async () => {
  const asked = Promise.withResolvers<void>();
  const url = await startHttpServer((_request, response) => {
    asked.resolve();
    response.end("{}");
  });
  const child = spawn(process.execPath, ["cli/main.ts", "load", url, "--duration", "120", "--sessions", "0"]);
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  await asked.promise;
  child.kill("SIGINT");
  expect(await ended).toBe(0);
  expect(printed).toMatch(/interrupted\nHTTP +\d+ sent, \d+ answered/);
}, 60_000);

test("a server with an untrusted certificate receives no token and no request", async () => {
  const { cert, key } = await createSelfSignedCertificate(10);
  let asked = 0;
  const server = createServer({ cert, key }, (_request, response) => {
    asked += 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const report = await runShortLoad(
      createTarget(url, undefined, "planted-token-0123456789abcdef0123456789ab"),
    );
    // A busy machine sends fewer requests in time.
    expect(Object.keys(report.http?.unanswered ?? {})).toEqual(["DEPTH_ZERO_SELF_SIGNED_CERT"]);
    expect(asked).toBe(0);
    const trusting = { ...createTarget(url), authority: cert };
    expect(Object.keys((await runShortLoad(trusting)).http?.statuses ?? {})).toEqual(["200"]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
