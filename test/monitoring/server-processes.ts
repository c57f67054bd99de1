import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PASSWORD_HASH_SCRIPT } from "../../components/monitoring/password-hash-container.ts";
import { renderPrometheusWebConfig } from "../../components/shared/prometheus-web-config.ts";
import { eventually } from "../support/ports.ts";
import { replacePaths } from "../support/replace-paths.ts";

export const PROMETHEUS_PASSWORD = "planted-prometheus-password-0123456789abcdef";
export const ALERTMANAGER_PASSWORD = "planted-alertmanager-password-0123456789abc";

/** Local copies of the files that the pods mount under /run. */
export interface SecretFiles {
  readonly directory: string;
  /** Replaces the paths of the pods by local paths. */
  readonly here: (text: string) => string;
  /** The path of the CA certificate. */
  readonly authority: string;
  readonly remove: () => void;
}

/** Creates the certificate, passwords and hashed web configs of the pods. */
export function createSecretFiles(
  names: readonly string[],
  files: Readonly<Record<string, string>>,
): SecretFiles {
  const directory = mkdtempSync(join(tmpdir(), "spacetime-vr-live-"));
  const at = (name: string): string => join(directory, name);
  for (const name of ["tls", "prometheus", "alertmanager"]) mkdirSync(at(name));
  const subject = [
    "-subj",
    "/CN=alertmanager",
    "-addext",
    `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`,
  ];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"].concat(
      subject,
      ["-keyout", at("tls/tls.key"), "-out", at("tls/tls.crt")],
    ),
    { stdio: "pipe" },
  );
  const authority = readFileSync(at("tls/tls.crt"), "utf8");
  const all = {
    "tls/ca.crt": authority,
    "prometheus/prometheus-web-password": PROMETHEUS_PASSWORD,
    "alertmanager/alertmanager-web-password": ALERTMANAGER_PASSWORD,
    ...files,
  };
  for (const [name, text] of Object.entries(all)) writeFileSync(at(name), text);
  const here = (text: string): string => replacePaths(text, { "/run/secrets": directory });
  writeFileSync(at("template.yml"), here(renderPrometheusWebConfig()));
  return { directory, here, authority, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** Renders the web config with the hashed password, in the same way as the init container. */
export function renderHashedWebConfig(secrets: SecretFiles, user: "prometheus" | "alertmanager"): string {
  const password = join(secrets.directory, user, `${user}-web-password`);
  const template = join(secrets.directory, "template.yml");
  return execFileSync("perl", ["-e", PASSWORD_HASH_SCRIPT, "--", template, password, user], {
    encoding: "utf8",
  });
}

/** A running Prometheus or Alertmanager process. */
export interface ServerProcess {
  readonly url: string;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/** Starts a server and waits until it reports ready. */
export async function startServerProcess(
  path: string,
  args: readonly string[],
  given: { readonly url: string; readonly client: HttpsClientOptions; readonly cwd?: string },
): Promise<ServerProcess> {
  const child = spawn(path, args, { stdio: "pipe", cwd: given.cwd });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      log += chunk.toString();
    });
  }
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await exited;
  };
  try {
    await eventually(`${path} is ready`, 60, async () => {
      if (child.exitCode !== null) throw new Error(`${path} ended: ${log}`);
      const answer = await httpsRequest(`${given.url}/-/ready`, given.client).catch(() => undefined);
      return answer?.status === 200 ? true : undefined;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: given.url, log: () => log, stop };
}

/** The credentials and the trusted CA of a test client. */
export interface HttpsClientOptions {
  readonly authority: string;
  readonly user?: string;
  readonly password?: string;
}

interface HttpsResponse {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read responses of any shape
  readonly json: () => any;
}

/** One HTTPS request. */
export function httpsRequest(
  url: string,
  { authority, user, password }: HttpsClientOptions,
  given: { readonly method?: string; readonly body?: unknown } = {},
): Promise<HttpsResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpsResponse>();
  const sent = request(url, {
    method: given.method ?? "GET",
    agent: false,
    ca: authority,
    servername: "localhost",
    headers: { "Content-Type": "application/json" },
    ...(user === undefined ? {} : { auth: `${user}:${password}` }),
  });
  sent.on("error", reject);
  sent.on("response", (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    response.on("end", () =>
      resolve({ status: response.statusCode ?? 0, text, json: () => JSON.parse(text) }),
    );
  });
  sent.end(given.body === undefined ? undefined : JSON.stringify(given.body));
  return promise;
}

/** A notification that the fake Slack, PagerDuty or dead man's switch received. */
export interface ReceivedNotification {
  readonly at: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: each service has a different format
  readonly body: any;
}

/** A loopback HTTP server that receives Alertmanager's notifications. */
export async function startNotificationReceiver(): Promise<{
  readonly url: string;
  readonly messages: readonly ReceivedNotification[];
  readonly stop: () => Promise<void>;
}> {
  const messages: ReceivedNotification[] = [];
  const server = createServer((incoming, answer) => {
    let text = "";
    incoming.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    incoming.on("end", () => {
      messages.push({
        at: Date.now(),
        path: incoming.url ?? "",
        headers: incoming.headers,
        body: text === "" ? undefined : JSON.parse(text),
      });
      // Slack's API returns ok, PagerDuty's returns 202.
      answer.writeHead(incoming.url?.startsWith("/pagerduty") ? 202 : 200, {
        "Content-Type": "application/json",
      });
      answer.end(incoming.url?.startsWith("/slack") ? "ok" : '{"status":"success"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${port}`, messages, stop };
}
