import type { PolicyContext } from "../../context.ts";
import type { Violation } from "../../input-node.ts";
import {
  longRunningPods,
  mainContainers,
  mountedFiles,
  NAME_LABEL,
  type Pod,
  podsOfWorkloads,
} from "../../lib/kubernetes.ts";
import { parseYamlFile, yamlList, yamlText } from "../../lib/yaml-files.ts";
import type { Rule } from "../../rule.ts";

/** Workloads that serve metrics on a port with another name. */
const OTHER_TARGETS = ["game-server", "prometheus", "alertmanager", "grafana"];

/** Reached by Prometheus as a proxy of its probes, not as a target of its own. */
const PROBE_PROXIES = ["blackbox-exporter"];

function hasMetrics(pod: Pod): boolean {
  const workload = pod.labels.at(NAME_LABEL).text ?? "";
  if (PROBE_PROXIES.includes(workload)) return false;
  const ports = mainContainers(pod).flatMap(({ node }) => node.at("ports").items);
  return OTHER_TARGETS.includes(workload) || ports.some((port) => port.at("name").text === "metrics");
}

/** Whether a scrape job discovers the pods of a workload in a namespace. */
function discovers(job: unknown, workload: string, namespace: string | undefined): boolean {
  return yamlList(job, "kubernetes_sd_configs").some(
    (discovery) =>
      yamlList(discovery, "namespaces", "names").includes(namespace) &&
      yamlList(discovery, "selectors").some(
        (selector) => yamlText(selector, "label") === `${NAME_LABEL}=${workload}`,
      ),
  );
}

function scrapeJobs(context: PolicyContext): readonly unknown[] {
  return podsOfWorkloads(context, "prometheus")
    .flatMap((pod) => mountedFiles(context, pod, "prometheus.yml"))
    .flatMap((file) => yamlList(parseYamlFile(file), "scrape_configs"));
}

export const requireScrapeJobs: Rule<Pod> = {
  name: "require-scrape-jobs",
  items: ["pre.monitoring.targets"],
  description: "Prometheus has a scrape job for every workload that exposes metrics.",
  explanation: "An alert on metrics that are not scraped never fires.",
  remediation: "Add a job for the workload to components/monitoring/prometheus/scrape-jobs.ts.",
  subjects: (context) => longRunningPods(context).filter(hasMetrics),
  check: (pod, context): Violation[] => {
    const label = pod.labels.at(NAME_LABEL);
    const found = scrapeJobs(context).some((job) => discovers(job, label.text ?? "", pod.namespace));
    const volumes = podsOfWorkloads(context, "prometheus").map(({ spec }) => spec.at("volumes"));
    return found
      ? []
      : [label.violation(`Prometheus has no scrape job for ${label.displayText}`, ...volumes)];
  },
};
