import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, matchesGlob } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { renderFluentBitConfig } from "../../components/logging/fluent-bit-config.ts";
import { REDACTIONS, renderFilterLua, renderRedactionLua } from "../../components/logging/redaction.ts";
import { kubernetesObjects, planOf } from "../support/plans.ts";
import { eventually } from "../support/ports.ts";
import { describeWithTool, findTool } from "../support/tools.ts";
import { REDACTION_CASES } from "./redaction-cases.ts";

/** Fluent Bit runs its filters in LuaJIT, which speaks Lua 5.1; so does the Lua inside Redis. */
describeWithTool("redis-server", "shipped logs are redacted by a real Lua 5.1", (server) => {
  let directory: string;
  let stop: () => Promise<void>;
  const socket = (): string => join(directory, "redis.sock");
  const cli = (...args: string[]): string =>
    execFileSync(findTool("redis-cli") ?? "redis-cli", ["-s", socket(), ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).replace(/\n$/, "");

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "spacetime-vr-lua-"));
    const child = spawn(server, ["--port", "0", "--unixsocket", socket(), "--save", "", "--dir", directory], {
      stdio: "ignore",
    });
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    stop = async () => {
      child.kill("SIGTERM");
      await exited;
    };
    await eventually("Redis answers", 60, () => {
      try {
        return cli("ping") === "PONG" ? true : undefined;
      } catch {
        return undefined;
      }
    });
  }, 90_000);

  afterAll(async () => {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test.each(REDACTION_CASES)("%s", (line, shipped) => {
    expect(cli("eval", `${renderRedactionLua()}\nreturn redact(ARGV[1])`, "0", line)).toBe(shipped);
  });

  test.each([
    ["an audit record of a game server", "audit", "game-server", "audit"],
    ["another line of it", "server", "game-server", "app"],
    ["a line of another container that claims to be one", "audit", "nginx", "app"],
  ])("%s is routed to the stream %s", (_title, log, container, stream) => {
    const script = [
      renderFilterLua().replace("function filter(", "local function filter("),
      "local _, _, record = filter('x', 0, { log = ARGV[1], container = ARGV[2], deep = { token = 'Bearer abc' } })",
      "return record.stream .. ' ' .. record.deep.token",
    ].join("\n");
    expect(cli("eval", script, "0", log, container)).toBe(`${stream} Bearer [token]`);
  });
});

test("every redaction rule has a case that it changes", () => {
  const changes = REDACTION_CASES.filter(([line, shipped]) => line !== shipped);
  for (const { replacement } of REDACTIONS) {
    const mark = /\[[a-z-]+\]|::|\.0$/.exec(replacement)?.[0] ?? replacement;
    expect(changes.some(([, shipped]) => shipped.includes(mark))).toBe(true);
  }
});

test("Fluent Bit does not ship its own log, because every failure would create new records", () => {
  const loki = { kind: "loki", host: "loki.spacetime-vr.com", port: 443, tenant: undefined } as const;
  const [tail] = parse(renderFluentBitConfig("production", loki)).pipeline.inputs;
  const files = [
    "fluent-bit-x7k2p_spacetime-nodes_fluent-bit-0a1b.log",
    "fluent-bit-x7k2p_spacetime-nodes_tls-0a1b.log",
    "node-exporter-9zq4d_spacetime-nodes_node-exporter-0a1b.log",
    "game-server-eu-0_spacetime_game-server-0a1b.log",
  ].map((name) => `/var/log/containers/${name}`);
  const matching = (patterns: string) =>
    files.filter((file) => patterns.split(",").some((pattern) => matchesGlob(file, pattern)));
  expect(matching(tail.path)).toEqual(files);
  expect(matching(tail.exclude_path)).toEqual(files.slice(0, 2));
});

describe("the audit log has a separate output and a longer retention", () => {
  const outputs = (destination: Parameters<typeof renderFluentBitConfig>[1]) =>
    parse(renderFluentBitConfig("production", destination)).pipeline.outputs;

  test("CloudWatch: a separate log group and retention, with unlimited retries", () => {
    const found = outputs({
      kind: "cloudwatch",
      region: "eu-central-1",
      retentionDays: 30,
      auditRetentionDays: 365,
      createsGroups: true,
    });
    expect(found).toMatchObject([
      { match: "containers.*", log_group_name: "/spacetime-vr/production/app", log_retention_days: 30 },
      {
        match: "audit.*",
        log_group_name: "/spacetime-vr/production/audit",
        log_retention_days: 365,
        retry_limit: "no_limits",
      },
    ]);
  });

  test("Loki: a separate stream over verified TLS", () => {
    const found = outputs({ kind: "loki", host: "loki.spacetime-vr.com", port: 443, tenant: undefined });
    for (const output of found) expect(output).toMatchObject({ tls: true, "tls.verify": true });
    expect(found.map(({ labels }: { labels: string }) => labels.split("stream=")[1])).toEqual([
      "app",
      "audit",
    ]);
  });
});

test("only logs of the project's namespaces are read, without access to the API server", async () => {
  const objects = [...kubernetesObjects(await planOf("production")).values()];
  const shipper = objects.find(
    ({ kind, metadata }) => kind === "DaemonSet" && metadata.name === "fluent-bit",
  );
  expect(shipper).toHaveProperty(["spec", "template", "spec", "automountServiceAccountToken"], false);
  expect(shipper).toHaveProperty(["spec", "template", "spec", "securityContext", "runAsNonRoot"], true);
});

test("without log shipping, no workload reads the nodes' log files", async () => {
  const objects = [...kubernetesObjects(await planOf("local")).keys()];
  expect(objects.filter((key) => key.includes("fluent-bit"))).toEqual([]);
});
