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

/** What stands for the owner's credentials; found anywhere in a file, a test fails. */
export const TEST_CREDENTIALS = {
  slackWebhookUrl: "https://hooks.slack.com/services/T1/B2/planted-slack",
  pagerdutyRoutingKey: "planted-pagerduty-routing-key",
  smtpPassword: "planted-smtp-password",
};

/** An environment's config with every credential given, changed by a test. */
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

/** The files of an environment's monitoring. */
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

/** A scrape job as a test looks into it. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into settings of every shape
export type ParsedScrapeJob = Record<string, any>;

/**
 * prometheus.yml with each discovery in Kubernetes replaced by fixed targets: Debian's build knows none of the discoveries
 * of clouds and clusters, and on this machine there is no cluster to ask.
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
    // The steps that read what the discovery says of a pod or a node.
    job.relabel_configs = (job.relabel_configs as ParsedScrapeJob[]).filter(
      ({ source_labels: labels = [] }) => !labels.some((label: string) => label.startsWith("__meta_")),
    );
  }
  return stringify(config, { lineWidth: 0 });
}

/** Writes files into a new directory; returns it and how to remove it. */
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
