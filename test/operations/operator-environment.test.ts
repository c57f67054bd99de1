import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import tls from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { rejectUnsafeNodeOptions, secureEnvironment } from "../../operations/operator-environment.ts";
import { createSelfSignedCertificate } from "../../reference-server/self-signed-certificate.ts";
import { runCliProcess } from "../support/run-cli.ts";

const TOKEN = "planted-operator-token-0123456789abcdef0123456789";

describe("variables of the operator's shell do not weaken a command", () => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`);
    response.end("{}");
  });
  let url: string;

  beforeAll(async () => {
    server.setSecureContext(await createSelfSignedCertificate(30));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `https://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });

  test.each([
    ["verify", []],
    ["smoke", []],
    ["load", ["--duration", "1s", "--rate", "20"]],
  ])(
    "%s sends no request to an untrusted server, whatever NODE_TLS_REJECT_UNAUTHORIZED is",
    async (command, options) => {
      const env = {
        ...process.env,
        NODE_TLS_REJECT_UNAUTHORIZED: "0",
        NODE_OPTIONS: "--tls-min-v1.0",
        SPACETIME_VR_API_TOKEN: TOKEN,
      };
      const { exitCode, stdout, stderr } = await runCliProcess("test", [command, url, ...options], env);
      expect(exitCode).not.toBe(0);
      expect(`${stdout}${stderr}`).not.toContain(TOKEN);
      expect(stderr).toContain("NODE_TLS_REJECT_UNAUTHORIZED is ignored");
      expect(requests).toEqual([]);
    },
  );
});

describe("secureEnvironment", () => {
  test("removes what disables verification or logs session keys and says so, and what redirects the Postgres client", () => {
    const env = {
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
      SSLKEYLOGFILE: "/tmp/keys",
      PGOPTIONS: "-c default_transaction_read_only=on",
      PGSSLMODE: "disable",
      PATH: "/usr/bin",
    };
    expect(secureEnvironment(env).map((line) => line.split(" ")[4])).toEqual([
      "NODE_TLS_REJECT_UNAUTHORIZED",
      "SSLKEYLOGFILE",
    ]);
    expect(env).toEqual({ PATH: "/usr/bin" });
  });

  test("removes what would skip the preview, the confirmation or the checked config of Pulumi", () => {
    const env = {
      PULUMI_OPTION_CONFIG_FILE: "/tmp/other.yaml",
      PULUMI_OPTION_SKIP_PREVIEW: "true",
      PULUMI_SKIP_CONFIRMATIONS: "true",
      PULUMI_DEBUG_GRPC: "/tmp/calls",
      PULUMI_CONFIG_PASSPHRASE: "kept",
    };
    expect(secureEnvironment(env)).toHaveLength(4);
    expect(env).toEqual({ PULUMI_CONFIG_PASSPHRASE: "kept" });
  });

  test("restores TLS 1.2 as the minimum", () => {
    tls.DEFAULT_MIN_VERSION = "TLSv1";
    secureEnvironment({});
    expect(tls.DEFAULT_MIN_VERSION).toBe("TLSv1.2");
  });
});

test("an option of Node that writes TLS keys to a file is rejected before anything is sent", async () => {
  const env = { ...process.env, NODE_OPTIONS: "--tls-keylog=/dev/null", SPACETIME_VR_API_TOKEN: TOKEN };
  const { exitCode, stderr } = await runCliProcess("test", ["verify", "https://localhost:1"], env);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: expect.stringContaining("--tls-keylog"),
  });
  expect(() => rejectUnsafeNodeOptions(["--tls_keylog", "/tmp/keys"])).toThrow("writes the keys");
  expect(() => rejectUnsafeNodeOptions(["--max-old-space-size=4096", ""])).not.toThrow();
});
