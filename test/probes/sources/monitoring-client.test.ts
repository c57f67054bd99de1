import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createMonitoringClient, queryPrometheus } from "../../../probes/sources/monitoring-client.ts";
import { resolveMonitoring } from "../../../probes/target/monitoring-target.ts";
import {
  ALERTMANAGER_PASSWORD,
  createSecretFiles,
  PROMETHEUS_PASSWORD,
  renderHashedWebConfig,
  type SecretFiles,
  type ServerProcess,
  startServerProcess,
} from "../../monitoring/server-processes.ts";
import { freePort } from "../../support/ports.ts";
import { describeWithTool, findTool } from "../../support/tools.ts";

const PASSWORDS = { prometheus: PROMETHEUS_PASSWORD, alertmanager: ALERTMANAGER_PASSWORD } as const;

const prometheusTool =
  findTool("prometheus-alertmanager") === undefined ? "prometheus-alertmanager" : "prometheus";

describeWithTool(prometheusTool, "the product's own Prometheus and Alertmanager", (prometheusPath) => {
  let secrets: SecretFiles;
  const processes: ServerProcess[] = [];
  const urls = { prometheus: "", alertmanager: "" };
  const at = (name: string): string => join(secrets.directory, name);
  /** A directory like that of `secrets generate`. */
  const generated = (): string => at("generated");

  /** Starts a server with the product's web config: TLS and a hashed password. */
  async function start(
    name: "prometheus" | "alertmanager",
    path: string,
    args: readonly string[],
  ): Promise<void> {
    writeFileSync(at(`${name}-web.yml`), renderHashedWebConfig(secrets, name));
    mkdirSync(at(`${name}-data`));
    const port = await freePort();
    urls[name] = `https://localhost:${port}`;
    const common = [`--web.config.file=${at(`${name}-web.yml`)}`, `--web.listen-address=127.0.0.1:${port}`];
    const client = { authority: secrets.authority, user: name, password: PASSWORDS[name] };
    processes.push(await startServerProcess(path, [...args, ...common], { url: urls[name], client }));
  }

  beforeAll(async () => {
    secrets = createSecretFiles(["localhost"], {});
    writeFileSync(at("prometheus.yml"), "global: {}\n");
    writeFileSync(at("alertmanager.yml"), "route: { receiver: none }\nreceivers: [{ name: none }]\n");
    await start("prometheus", prometheusPath, [
      `--config.file=${at("prometheus.yml")}`,
      `--storage.tsdb.path=${at("prometheus-data")}`,
    ]);
    await start("alertmanager", findTool("prometheus-alertmanager") ?? "", [
      `--config.file=${at("alertmanager.yml")}`,
      `--storage.path=${at("alertmanager-data")}`,
      "--cluster.listen-address=",
    ]);
    for (const directory of ["secrets", "tls"]) mkdirSync(join(generated(), directory), { recursive: true });
    writeFileSync(join(generated(), "tls", "ca.crt"), secrets.authority);
    for (const [name, password] of Object.entries(PASSWORDS))
      writeFileSync(join(generated(), "secrets", `${name}-web-password`), password);
  }, 120_000);

  afterAll(async () => {
    await Promise.all(processes.map(({ stop }) => stop()));
    secrets?.remove();
  });

  const limits = () => ({ signal: new AbortController().signal, timeoutMs: 20_000 });
  const resolve = (env: Readonly<Record<string, string>>, directory?: string) =>
    resolveMonitoring({
      env,
      prometheusUrl: urls.prometheus,
      alertmanagerUrl: urls.alertmanager,
      ...(directory === undefined ? { monitoringCaFile: at("tls/ca.crt") } : { secrets: directory }),
    });

  test("are read with the passwords and the CA of the generated secrets", async () => {
    const { prometheus, alertmanager } = resolve({}, generated());
    if (prometheus === undefined || alertmanager === undefined) throw new Error("no endpoint");
    expect(await queryPrometheus(createMonitoringClient(prometheus, limits()), "vector(7)")).toEqual([
      { labels: {}, value: 7 },
    ]);
    expect(await createMonitoringClient(alertmanager, limits())("/api/v2/alerts")).toEqual([]);
  }, 60_000);

  test("are read with passwords in the environment and a CA file", async () => {
    const { prometheus } = resolve({ SPACETIME_VR_PROMETHEUS_PASSWORD: PROMETHEUS_PASSWORD });
    if (prometheus === undefined) throw new Error("no endpoint");
    expect(await queryPrometheus(createMonitoringClient(prometheus, limits()), "vector(1)")).toHaveLength(1);
  }, 60_000);

  test("reject a wrong password and a missing one, and an unknown CA is an error that contains no password", async () => {
    const wrong = resolve({ SPACETIME_VR_PROMETHEUS_PASSWORD: "not-the-password" }).prometheus;
    const { credential: _credential, ...anonymous } = wrong ?? { url: "" };
    const { authority: _authority, ...untrusted } = wrong ?? { url: "" };
    const query = (endpoint: typeof anonymous) =>
      createMonitoringClient(endpoint, limits())("/api/v1/alerts");
    await expect(query(wrong ?? { url: "" })).rejects.toThrow(/returned 401/);
    await expect(query(anonymous)).rejects.toThrow(/returned 401/);
    const error = await query(untrusted).catch(({ message }: Error) => message);
    expect(error).toMatch(/SELF_SIGNED|self-signed|UNABLE_TO_VERIFY/i);
    expect(error).not.toContain("not-the-password");
  }, 60_000);
});

describe("the credentials of the monitoring", () => {
  test("are never sent over plain HTTP to another machine", () => {
    const env = { SPACETIME_VR_PROMETHEUS_PASSWORD: "any" };
    expect(() => resolveMonitoring({ env, prometheusUrl: "http://10.0.0.1:9090" })).toThrow(
      /--prometheus-url/,
    );
    expect(resolveMonitoring({ env: {}, prometheusUrl: "http://10.0.0.1:9090" })).toEqual({
      prometheus: { url: "http://10.0.0.1:9090" },
    });
    expect(resolveMonitoring({ env, prometheusUrl: "http://127.0.0.1:9090/" }).prometheus).toMatchObject({
      url: "http://127.0.0.1:9090",
      credential: { kind: "basic", user: "prometheus" },
    });
  });

  test("are a bearer token for another monitoring", () => {
    const { grafana } = resolveMonitoring({
      env: { SPACETIME_VR_MONITORING_TOKEN: "token" },
      grafanaUrl: "https://grafana.example.org",
    });
    expect(grafana?.credential?.kind).toBe("bearer");
  });
});
