import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { ENVIRONMENTS, type Environment } from "../../components/shared/environments.ts";
import { kubernetesObjects, planOf } from "../support/plans.ts";
import { describeWithTool } from "../support/tools.ts";
import {
  type ParsedScrapeJob,
  renderFilesFor,
  replaceServiceDiscovery,
  requireFile,
  TEST_CREDENTIALS,
  writeToTemporaryDirectory,
} from "./monitoring-fixture.ts";

/** The job names that rules and dashboards use. */
const JOB_NAMES = [
  "game-server",
  "gateway",
  "redis",
  "postgres",
  "node",
  "kube-state-metrics",
  "kubelet",
  "cadvisor",
  "blackbox",
  "prometheus",
  "alertmanager",
  "grafana",
];

const isAwsEnvironment = (environment: Environment): boolean =>
  ["staging", "production"].includes(environment);

function parseScrapeJobs(files: ReadonlyMap<string, string>): ParsedScrapeJob[] {
  return parse(requireFile(files, "prometheus.yml")).scrape_configs;
}

describe.each(ENVIRONMENTS)("%s", (environment) => {
  test("every job that rules and dashboards use exists", () => {
    const names = parseScrapeJobs(renderFilesFor(environment)).map(({ job_name }) => job_name);
    // On AWS, CloudWatch monitors the managed databases; only AWS environments ship logs.
    const own = JOB_NAMES.filter(
      (name) => !isAwsEnvironment(environment) || !["redis", "postgres"].includes(name),
    );
    expect(names).toEqual([...own, ...(isAwsEnvironment(environment) ? ["fluent-bit"] : [])]);
  });

  test("no file contains a credential", () => {
    const all = [...renderFilesFor(environment).values()].join("\n");
    for (const credential of Object.values(TEST_CREDENTIALS)) expect(all).not.toContain(credential);
    expect(all).not.toMatch(/planted/);
  });

  test("every job is scraped over verified TLS, except kubelets with self-signed certificates", () => {
    for (const job of parseScrapeJobs(renderFilesFor(environment))) {
      // The exporters of the EKS add-ons serve plain HTTP.
      if (isAwsEnvironment(environment) && ["node", "kube-state-metrics"].includes(job.job_name)) continue;
      expect(job.scheme).toBe("https");
      const unverified = job.tls_config.insecure_skip_verify === true;
      const isKubelet = ["kubelet", "cadvisor"].includes(job.job_name);
      expect(unverified).toBe(isKubelet && ["local", "package"].includes(environment));
      if (!unverified) expect(job.tls_config.ca_file).toMatch(/\/ca\.crt$/);
    }
  });

  test("service discovery is limited to the namespaces of its targets", () => {
    for (const { job_name: name, kubernetes_sd_configs: found } of parseScrapeJobs(
      renderFilesFor(environment),
    )) {
      for (const discovery of found ?? []) {
        if (["kubelet", "cadvisor"].includes(name)) expect(discovery).toEqual({ role: "node" });
        else {
          expect(Object.keys(discovery)).toEqual(["role", "namespaces", "selectors"]);
          expect(discovery.namespaces.names).toHaveLength(1);
        }
      }
    }
  });

  test("the rendered files are the ones that the pods mount", async () => {
    const files = renderFilesFor(environment, (values) => {
      for (const key of Object.keys(TEST_CREDENTIALS)) delete values[key];
    });
    const plan = await planOf(environment, (values) => {
      values.gateway.domain = environment === "local" ? "localhost" : values.gateway.domain;
    });
    const maps = [...kubernetesObjects(plan).values()].filter(({ kind }) => kind === "ConfigMap");
    const mounted = new Map(maps.flatMap(({ data }) => Object.entries(data as Record<string, string>)));
    for (const name of ["rules.yml", "silences.json", "grafana.ini", "datasources.yml"]) {
      expect(mounted.get(name)).toBe(requireFile(files, name));
    }
  });
});

describeWithTool("promtool", "the rendered Prometheus files pass promtool", (promtool) => {
  test.each(ENVIRONMENTS)("%s: configuration and rules are valid", (environment) => {
    const files = new Map(renderFilesFor(environment));
    const fixed = replaceServiceDiscovery(requireFile(files, "prometheus.yml"), () => [
      { targets: ["127.0.0.1:1"] },
    ]);
    files.set("prometheus.yml", fixed);
    const { directory, remove } = writeToTemporaryDirectory(files);
    const run = (...args: string[]) => spawnSync(promtool, args, { encoding: "utf8" });
    const config = run("check", "config", "--syntax-only", join(directory, "prometheus.yml"));
    const rules = run("check", "rules", join(directory, "rules.yml"));
    remove();
    expect([config.stderr, config.status]).toEqual(["", 0]);
    expect([rules.stderr, rules.status]).toEqual(["", 0]);
    expect(rules.stdout).toMatch(/SUCCESS: \d+ rules found/);
  });

  test.each<[string, object]>([
    [
      "Amazon Managed Prometheus",
      {
        kind: "amazon-managed-prometheus",
        region: "eu-central-1",
        workspaceId: "ws-0a1b2c3d-0a1b-4c2d-8e3f-0a1b2c3d4e5f",
      },
    ],
    [
      "an address",
      { kind: "url", url: "https://metrics.spacetime-vr.com/api/v1/write", cidrs: ["185.12.64.0/24"] },
    ],
  ])("samples can be sent on to %s", (_title, remoteWrite) => {
    const files = renderFilesFor("production", ({ monitoring }) => {
      monitoring.prometheus.remoteWrite = remoteWrite;
    });
    const text = replaceServiceDiscovery(requireFile(files, "prometheus.yml"), () => [
      { targets: ["127.0.0.1:1"] },
    ]);
    const { directory, remove } = writeToTemporaryDirectory(new Map([...files, ["prometheus.yml", text]]));
    const args = ["check", "config", "--syntax-only", join(directory, "prometheus.yml")];
    const { stderr, status } = spawnSync(promtool, args, { encoding: "utf8" });
    remove();
    expect([stderr, status]).toEqual(["", 0]);
    expect(text).toContain("remote_write");
  });
});

describeWithTool("amtool", "the rendered Alertmanager files pass amtool", (amtool) => {
  test.each(ENVIRONMENTS)("%s", (environment) => {
    const { directory, remove } = writeToTemporaryDirectory(renderFilesFor(environment));
    const { stdout, status } = spawnSync(amtool, ["check-config", join(directory, "alertmanager.yml")], {
      encoding: "utf8",
    });
    remove();
    expect(stdout).toContain("SUCCESS");
    expect(status).toBe(0);
  });
});

describe("spacetime-vr monitoring render", () => {
  let scratch: string;

  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), "render-"));
  });

  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join("cli", "main.ts"), "monitoring", "render", ...args], {
      encoding: "utf8",
    });

  test("writes the files of an environment and reports channels without a credential", () => {
    const directory = join(scratch, "staging");
    const { status, stdout } = run(directory, "--environment", "staging", "--json");
    expect(status).toBe(0);
    const { files, waiting } = JSON.parse(stdout);
    expect(files).toContain("prometheus.yml");
    expect(files).toContain("dashboards/spacetime-operations.json");
    expect(waiting).toEqual(["slackWebhookUrl"]);
    expect(readFileSync(join(directory, "prometheus.yml"), "utf8")).toContain("environment: staging");
  });

  test("an edited file is not overwritten, and no partial output is written", () => {
    const directory = join(scratch, "edited");
    expect(run(directory).status).toBe(0);
    writeFileSync(join(directory, "rules.yml"), "groups: []\n");
    const { status, stderr } = run(directory);
    expect(status).toBe(2);
    expect(stderr).toContain("rules.yml");
    expect(readFileSync(join(directory, "rules.yml"), "utf8")).toBe("groups: []\n");
  });

  test("an unknown environment is reported with the known ones", () => {
    const { status, stderr } = run(join(scratch, "x"), "--environment", "prod" as Environment);
    expect(status).toBe(2);
    expect(stderr).toContain("production");
  });
});
