import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import {
  createApiPost,
  hasCertManagerWebhook,
  isAuthorized,
  waitUntil,
} from "../../../components/cluster/eks/wait-until-ready.ts";
import { describeWithTool, findTool } from "../../support/tools.ts";

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Call {
  readonly path: string;
  readonly authorization: string;
  readonly body: { readonly kind: string };
}

const SOON = { timeoutMs: 20_000, intervalMs: 1 };

describeWithTool("openssl", "before anything in a new cluster is configured, the update waits", () => {
  const scratch = mkdtempSync(join(tmpdir(), "wait-until-ready-"));
  let server: Server;
  let answers: Answer[];
  let calls: Call[];

  beforeAll(async () => {
    execFileSync(
      findTool("openssl") ?? "",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"],
        ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        ...["-keyout", join(scratch, "key.pem"), "-out", join(scratch, "ca.pem")],
      ],
      { stdio: "ignore" },
    );
    const [key, cert] = ["key.pem", "ca.pem"].map((name) => readFileSync(join(scratch, name)));
    server = createServer({ key, cert }, (request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        calls.push({
          path: request.url ?? "",
          authorization: request.headers.authorization ?? "",
          body: JSON.parse(text),
        });
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        response.writeHead(answer?.status ?? 500).end(JSON.stringify(answer?.body ?? {}));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // The credential program: a new token for every request, as `aws eks get-token` returns.
    writeFileSync(
      join(scratch, "token.cjs"),
      `const { appendFileSync, readFileSync } = require("node:fs");
const counter = ${JSON.stringify(join(scratch, "count"))};
appendFileSync(counter, ".");
console.log(JSON.stringify({ status: { token: "token-" + readFileSync(counter).length } }));`,
    );
  });

  beforeEach(() => {
    calls = [];
    writeFileSync(join(scratch, "count"), "");
  });

  afterAll(() => {
    server.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  const post = (args: readonly string[] = [join(scratch, "token.cjs")]) =>
    createApiPost({
      clusters: [
        {
          cluster: {
            server: `https://localhost:${(server.address() as AddressInfo).port}`,
            "certificate-authority-data": readFileSync(join(scratch, "ca.pem")).toString("base64"),
          },
        },
      ],
      users: [{ user: { exec: { command: process.execPath, args } } }],
    });

  const allowed = (value: boolean): Answer => ({ status: 201, body: { status: { allowed: value } } });

  test("until EKS accepts the role, and until it is an administrator, each time with a new token", async () => {
    answers = [{ status: 401, body: {} }, { status: 401, body: {} }, allowed(false), allowed(true)];
    await waitUntil("the access entry is effective", isAuthorized, post(), SOON);
    expect(calls.map(({ authorization }) => authorization)).toEqual(
      [1, 2, 3, 4].map((index) => `Bearer token-${index}`),
    );
    expect(calls[0]).toMatchObject({
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      body: { kind: "SelfSubjectAccessReview" },
    });
  });

  test("until cert-manager's webhook admits an issuer, without creating one", async () => {
    const unknownAuthority = {
      message:
        'failed calling webhook "webhook.cert-manager.io": x509: certificate signed by unknown authority',
    };
    answers = [
      { status: 404, body: {} },
      { status: 500, body: unknownAuthority },
      { status: 201, body: {} },
    ];
    await waitUntil("the webhook responds", hasCertManagerWebhook, post(), SOON);
    expect(calls).toHaveLength(3);
    for (const { path } of calls) expect(path).toBe("/apis/cert-manager.io/v1/clusterissuers?dryRun=All");
  });

  test("at most for the timeout, and reports the last answer", async () => {
    answers = [{ status: 500, body: { message: "x509: certificate signed by unknown authority" } }];
    await expect(
      waitUntil("cert-manager's webhook responds", hasCertManagerWebhook, post(), {
        timeoutMs: 50,
        intervalMs: 10,
      }),
    ).rejects.toThrow(
      /cert-manager's webhook responds: not after 0 s\. Last answer: HTTP 500.*x509.*Run the update again/,
    );
  });

  test("and reports a credential program that fails", async () => {
    answers = [allowed(true)];
    writeFileSync(
      join(scratch, "fails.cjs"),
      'console.error("Unable to locate credentials"); process.exit(253);',
    );
    await expect(
      waitUntil("the access entry is effective", isAuthorized, post([join(scratch, "fails.cjs")]), {
        timeoutMs: 50,
        intervalMs: 10,
      }),
    ).rejects.toThrow("ended with 253: Unable to locate credentials");
    expect(calls).toEqual([]);
  });
});
