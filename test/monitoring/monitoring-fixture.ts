import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { monitoringConfig } from "../../components/config/component-configs/monitoring-config.ts";
import type { Config } from "../../components/config/config.ts";
import { parseConfig } from "../../components/config/load-config.ts";
import { renderDashboards } from "../../components/monitoring/dashboards/index.ts";
import { renderMonitoringFiles } from "../../components/monitoring/monitoring-files.ts";
import type { Environment } from "../../components/shared/environments.ts";
import { filledRawConfig, type Values } from "../support/filled-config.ts";

/** Fake credentials; a test fails if a file contains one of them. */
export const TEST_CREDENTIALS = {
  slackWebhookUrl: "https://hooks.slack.com/services/T1/B2/planted-slack",
  pagerdutyRoutingKey: "planted-pagerduty-routing-key",
  smtpPassword: "planted-smtp-password",
};

/** An environment's config with all credentials set, and with changes of a test. */
export function configWithCredentials(
  environment: Environment,
  change: (values: Values) => void = () => undefined,
): Config {
  const raw = filledRawConfig(
    environment,
    (values) => {
      Object.assign(values, TEST_CREDENTIALS);
      change(values);
    },
    Object.keys(TEST_CREDENTIALS),
  );
  return parseConfig(raw);
}

/** Renders the monitoring files of an environment. */
export function renderFilesFor(
  environment: Environment,
  change?: (values: Values) => void,
): ReadonlyMap<string, string> {
  const options = monitoringConfig(configWithCredentials(environment, change));
  if (options === undefined) throw new Error(`${environment} has no monitoring.`);
  return renderMonitoringFiles({ ...options, dashboards: renderDashboards() });
}

export function requireFile(files: ReadonlyMap<string, string>, name: string): string {
  const text = files.get(name);
  if (text === undefined) throw new Error(`There is no ${name}.`);
  return text;
}

/** A parsed scrape job. */
// biome-ignore lint/suspicious/noExplicitAny: tests read settings of any shape
export type ParsedScrapeJob = Record<string, any>;

/**
 * Replaces Kubernetes service discovery in prometheus.yml by static targets: Debian's Prometheus is built without it, and the
 * tests have no cluster.
 */
export function replaceServiceDiscovery(
  text: string,
  targetsOf: (job: ParsedScrapeJob) => readonly object[],
): string {
  const config = parse(text) as { scrape_configs: ParsedScrapeJob[] };
  for (const job of config.scrape_configs) {
    if (job.kubernetes_sd_configs === undefined) continue;
    delete job.kubernetes_sd_configs;
    job.static_configs = targetsOf(job);
    // Removes the relabelling steps that read labels of service discovery.
    job.relabel_configs = (job.relabel_configs as ParsedScrapeJob[]).filter(
      ({ source_labels: labels = [] }) => !labels.some((label: string) => label.startsWith("__meta_")),
    );
  }
  return stringify(config, { lineWidth: 0 });
}

/** Writes files into a new directory and returns its path and a function that removes it. */
export function writeToTemporaryDirectory(files: ReadonlyMap<string, string>): {
  readonly directory: string;
  readonly remove: () => void;
} {
  const directory = mkdtempSync(join(tmpdir(), "spacetime-vr-monitoring-"));
  for (const [name, text] of files) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
