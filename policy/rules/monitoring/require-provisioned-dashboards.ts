import type { PolicyContext } from "../../context.ts";
import { findObject, mainContainers, type Pod } from "../../lib/kubernetes.ts";
import { monitoringRule } from "../../lib/monitoring-rule.ts";
import { yamlList, yamlText } from "../../lib/yaml-files.ts";

/** The number of dashboard files that the pod mounts at a path. */
function countMountedDashboards(context: PolicyContext, pod: Pod, path: string): number {
  const mounts = mainContainers(pod).flatMap(({ node }) => node.at("volumeMounts").items);
  const names = mounts
    .filter((mount) => mount.at("mountPath").text === path)
    .map((mount) => mount.at("name").text);
  return pod.spec
    .at("volumes")
    .items.filter((volume) => names.includes(volume.at("name").text))
    .flatMap((volume) => {
      const name = volume.at("configMap", "name").text;
      return findObject(context, "ConfigMap", pod.namespace, name)?.at("data").fields ?? [];
    })
    .filter(([file, content]) => file.endsWith(".json") && content.text?.includes('"panels"')).length;
}

export const requireProvisionedDashboards = monitoringRule({
  name: "require-provisioned-dashboards",
  items: ["pre.high.monitoring.dashboards"],
  description: "Grafana provisions its dashboards from mounted files.",
  explanation: "Dashboards that are imported manually are missing after the pod is replaced.",
  remediation: "Mount the dashboard ConfigMap at the path of the provider in dashboards.yml.",
  workload: "grafana",
  file: "dashboards.yml",
  problems: (config, pod, context) => {
    const paths = yamlList(config, "providers")
      .filter((provider) => yamlText(provider, "type") === "file")
      .map((provider) => yamlText(provider, "options", "path"));
    return paths.some((path) => countMountedDashboards(context, pod, path) > 0)
      ? []
      : ["no provider has a path at which dashboards are mounted"];
  },
});
