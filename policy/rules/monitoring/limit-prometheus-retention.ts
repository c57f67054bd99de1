import { parseByteQuantity } from "../../../components/shared/kubernetes/quantities.ts";
import type { InputNode, Violation } from "../../input-node.ts";
import { mainContainers, type Pod, podsOfWorkloads } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** Prometheus needs room for its write-ahead log and for compactions next to the stored blocks. */
const MAX_SHARE = 0.9;

/** The value of a command-line option, such as `--storage.tsdb.path`. */
function optionOf(args: readonly InputNode[], option: string): string | undefined {
  const prefix = `--${option}=`;
  return args
    .map(({ text }) => text)
    .find((text) => text?.startsWith(prefix))
    ?.slice(prefix.length);
}

/** The claimed size of the volume that is mounted at a path. */
function claimedStorage(pod: Pod, container: InputNode, path: string | undefined): InputNode | undefined {
  const mount = container.at("volumeMounts").items.find((one) => one.at("mountPath").text === path);
  const name = mount?.at("name").text;
  return pod.owner
    .at("spec", "volumeClaimTemplates")
    .items.find((claim) => name !== undefined && claim.at("metadata", "name").text === name)
    ?.at("spec", "resources", "requests", "storage");
}

function retentionViolations(pod: Pod, container: InputNode): readonly Violation[] {
  const options = container.at("args");
  const args = options.items;
  const storage = claimedStorage(pod, container, optionOf(args, "storage.tsdb.path"));
  if (storage === undefined) {
    const given = [container.at("volumeMounts"), pod.owner.at("spec", "volumeClaimTemplates")];
    return [options.violation("the samples are not stored on a claimed volume", ...given)];
  }
  const time = optionOf(args, "storage.tsdb.retention.time");
  const size = /^(\d+)B$/.exec(optionOf(args, "storage.tsdb.retention.size") ?? "")?.[1];
  const claimed = /^\d+(Ki|Mi|Gi|Ti)$/.test(storage.text ?? "") ? parseByteQuantity(storage.text ?? "") : 0;
  return [
    ...(time === undefined ? [options.violation("no retention time is set")] : []),
    ...(size !== undefined && Number(size) <= claimed * MAX_SHARE
      ? []
      : [options.violation("the retention size is not below 90 % of the volume", storage)]),
  ];
}

export const limitPrometheusRetention: Rule<Pod> = {
  name: "limit-prometheus-retention",
  items: ["pre.monitoring.retention"],
  description: "Prometheus stores its samples on a claimed volume that its retention limits cannot fill.",
  explanation: "A full volume stops Prometheus, and with it every alert.",
  remediation: "Raise monitoring.prometheus.storage; prometheus.ts limits the samples to 80 % of it.",
  subjects: (context) => podsOfWorkloads(context, "prometheus"),
  check: (pod) => mainContainers(pod).flatMap(({ node }) => retentionViolations(pod, node)),
};
