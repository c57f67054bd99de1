import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createPodConnections } from "../../../probes/sources/pod-connections.ts";
import { freePort } from "../../support/ports.ts";

/** Runs the command of the pod on this machine, as the cluster would in the pod. */
const KUBECTL = `#!${process.execPath}
const { spawnSync } = require("node:child_process");
const args = process.argv.slice(2);
const { spec } = JSON.parse(args[args.indexOf("--overrides") + 1]);
const [command, ...rest] = spec.containers[0].command;
const directory = require("node:path").dirname(process.argv[1]);
require("node:fs").writeFileSync(directory + "/record.json", JSON.stringify({ args, spec }));
const env = { PATH: directory + ":" + process.env.PATH };
process.exit(spawnSync(command, rest, { stdio: "inherit", env }).status);
`;

/** As `nc -z -w 5 host port`. */
const NC = `#!${process.execPath}
const [host, port] = process.argv.slice(5);
const socket = require("node:net").connect({ host: host ?? "", port: Number(port) });
socket.on("connect", () => process.exit(0)).on("error", () => process.exit(1));
`;

const directory = mkdtempSync(join(tmpdir(), "pod-connections-"));
let server: Server;
let port: number;

beforeAll(async () => {
  for (const [name, text] of Object.entries({ kubectl: KUBECTL, nc: NC })) {
    writeFileSync(join(directory, name), text);
    chmodSync(join(directory, name), 0o755);
  }
  port = await freePort();
  server = createServer((socket) => socket.end());
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(port, "127.0.0.1", resolve);
  await promise;
});
afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

const connections = () =>
  createPodConnections({
    signal: new AbortController().signal,
    image: "registry.example.org/nginx:1",
    kubectl: join(directory, "kubectl"),
  });

test("only the addresses that accept a connection are returned", async () => {
  const open = { host: "127.0.0.1", port, purpose: "database" };
  const closed = { host: "127.0.0.1", port: await freePort(), purpose: "log receiver" };
  expect(await connections()([closed, open])).toEqual([open]);
});

test("a host name cannot run a command in the pod", async () => {
  const marker = join(directory, "injected");
  const hosts = [`'; touch ${marker}; '`, `$(touch ${marker})`, `x\ntouch ${marker}`];
  expect(await connections()(hosts.map((host) => ({ host, port, purpose: "database" })))).toEqual([]);
  expect(existsSync(marker)).toBe(false);
});

test("the pod has no rights, ends by itself and is deleted", async () => {
  await connections()([{ host: "127.0.0.1", port, purpose: "database" }]);
  const { args, spec } = JSON.parse(readFileSync(join(directory, "record.json"), "utf8"));
  expect(args).toEqual(expect.arrayContaining(["--rm", "--attach", "registry.example.org/nginx:1"]));
  expect(spec).toMatchObject({
    restartPolicy: "Never",
    activeDeadlineSeconds: 120,
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true },
    containers: [{ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } }],
  });
});
