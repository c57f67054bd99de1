import { nameOf, namespaceOf, podsOfWorkloads, servicesFor } from "../../lib/kubernetes.ts";
import { monitoringRule } from "../../lib/monitoring-rule.ts";
import { yamlList, yamlText } from "../../lib/yaml-files.ts";

export const requireGrafanaDataSource = monitoringRule({
  name: "require-grafana-data-source",
  items: ["pre.high.monitoring.grafana"],
  description:
    "Game servers are deployed with a Grafana whose data source is this deployment's Prometheus, over TLS.",
  explanation: "A dashboard that shows another environment, or nothing, misleads during an incident.",
  remediation: "Set the url of the data source in grafana-config.ts to the Service of Prometheus.",
  workload: "grafana",
  file: "datasources.yml",
  problems: (config, _pod, context) => {
    const hosts = podsOfWorkloads(context, "prometheus")
      .flatMap((pod) => servicesFor(context, pod))
      .map((service) => `https://${nameOf(service)}.${namespaceOf(service)}.svc:`);
    const urls = yamlList(config, "datasources")
      .filter((source) => yamlText(source, "type") === "prometheus")
      .map((source) => yamlText(source, "url"));
    return urls.some((url) => hosts.some((host) => url.startsWith(host)))
      ? []
      : ["no data source has the address of the Prometheus Service"];
  },
});
