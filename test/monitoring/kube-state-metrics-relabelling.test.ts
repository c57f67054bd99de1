import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse, stringify } from "yaml";
import { eventually, freePort } from "../support/ports.ts";
import { describeWithTool } from "../support/tools.ts";
import { type ParsedScrapeJob, renderFilesFor, requireFile } from "./monitoring-fixture.ts";

/** Metrics of kube-state-metrics for a Deployment, a pod and a node. */
const EXPOSED_METRICS = [
  'kube_deployment_spec_replicas{namespace="spacetime",deployment="gateway"} 3',
  'kube_pod_info{namespace="spacetime",pod="gateway-1",node="node-b",uid="u"} 1',
  'kube_node_info{node="node-b"} 1',
  "",
].join("\n");

/** The target labels of kube-state-metrics itself, as service discovery sets them. */
const EXPORTER_TARGET_LABELS = {
  namespace: "kube-state-metrics",
  pod: "kube-state-metrics-0",
  node: "node-a",
};

describeWithTool("prometheus", "relabelling of kube-state-metrics", (prometheus) => {
  test("metrics about other objects do not have the exporter's own pod and node labels; `up` does", async () => {
    const exporter = createServer((_asked, answer) => {
      answer.writeHead(200, { "Content-Type": "text/plain; version=0.0.4" });
      answer.end(EXPOSED_METRICS);
    });
    await new Promise<void>((resolve) => exporter.listen(0, "127.0.0.1", () => resolve()));
    const target = `127.0.0.1:${(exporter.address() as AddressInfo).port}`;
    const jobs: ParsedScrapeJob[] = parse(
      requireFile(renderFilesFor("production"), "prometheus.yml"),
    ).scrape_configs;
    const { honor_labels, metric_relabel_configs } =
      jobs.find(({ job_name }) => job_name === "kube-state-metrics") ?? {};
    const scraped = {
      job_name: "kube-state-metrics",
      scrape_interval: "1s",
      scrape_timeout: "1s",
      honor_labels,
      metric_relabel_configs,
      static_configs: [{ targets: [target], labels: EXPORTER_TARGET_LABELS }],
    };
    const directory = mkdtempSync(join(tmpdir(), "spacetime-vr-relabelling-"));
    writeFileSync(join(directory, "prometheus.yml"), stringify({ scrape_configs: [scraped] }));
    const port = await freePort();
    const child = spawn(
      prometheus,
      [
        `--config.file=${join(directory, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(directory, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: "ignore" },
    );
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    try {
      const labels = await eventually("the scrape is there", 60, async () => {
        const asked = encodeURIComponent('{__name__=~"kube_.*|up"}');
        const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${asked}`).catch(
          () => undefined,
        );
        if (answer?.ok !== true) return undefined; // Prometheus answers 503 until it is ready
        const result = ((await answer.json()) as { data?: { result: { metric: object }[] } })?.data?.result;
        return result?.length === 4 ? result.map(({ metric }) => metric) : undefined;
      });
      const job = { job: "kube-state-metrics", instance: target };
      expect(labels).toHaveLength(4);
      expect(labels).toEqual(
        expect.arrayContaining([
          {
            __name__: "kube_deployment_spec_replicas",
            ...job,
            namespace: "spacetime",
            deployment: "gateway",
          },
          {
            __name__: "kube_pod_info",
            ...job,
            namespace: "spacetime",
            pod: "gateway-1",
            node: "node-b",
            uid: "u",
          },
          { __name__: "kube_node_info", ...job, node: "node-b" },
          { __name__: "up", ...job, ...EXPORTER_TARGET_LABELS },
        ]),
      );
    } finally {
      child.kill("SIGTERM");
      await exited;
      exporter.closeAllConnections();
      exporter.close();
      rmSync(directory, { recursive: true, force: true });
    }
  }, 120_000);
});
