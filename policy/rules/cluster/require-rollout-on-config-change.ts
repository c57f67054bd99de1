import { CERTIFICATE_REVISION_ANNOTATION } from "../../../components/certificates/tls-mount.ts";
import type { PolicyContext } from "../../context.ts";
import type { InputNode, Violation } from "../../input-node.ts";
import { containersOf, findObject, longRunningPods, type Pod } from "../../lib/kubernetes.ts";
import { secretReferences } from "../../lib/secret-references.ts";
import type { Rule } from "../../rule.ts";

/** The names of the ConfigMaps that a pod reads. */
function referencedConfigMaps(pod: Pod): readonly InputNode[] {
  const volumes = pod.spec.at("volumes").items.map((volume) => volume.at("configMap", "name"));
  const variables = containersOf(pod).flatMap(({ node }) => [
    ...node.at("envFrom").items.map((source) => source.at("configMapRef", "name")),
    ...node.at("env").items.map((entry) => entry.at("valueFrom", "configMapKeyRef", "name")),
  ]);
  return [...volumes, ...variables].filter(({ exists }) => exists);
}

function configMapViolations(context: PolicyContext, pod: Pod, name: InputNode): Violation[] {
  const map = findObject(context, "ConfigMap", pod.namespace, name.text);
  if (map === undefined)
    return [name.violation(`there is no ConfigMap ${name.displayText} in this deployment`)];
  const immutable = map.at("immutable");
  return immutable.flag === true
    ? []
    : [immutable.violation(`ConfigMap ${name.displayText} is not immutable`)];
}

/** A Secret that is not immutable can change in place, so an annotation must trigger a rolling restart. */
function secretViolations(context: PolicyContext, pod: Pod, name: string): Violation[] {
  const secret = findObject(context, "Secret", pod.namespace, name);
  if (secret === undefined || secret.at("immutable").flag === true) return [];
  const revision = pod.annotations.at(`${CERTIFICATE_REVISION_ANNOTATION}.${name}`);
  return revision.exists || revision.unknown
    ? []
    : [
        secret
          .at("immutable")
          .violation(
            `Secret ${name} is not immutable, and no annotation triggers a rolling restart of ${pod.owner.resource.name}`,
          ),
      ];
}

export const requireRolloutOnConfigChange: Rule<Pod> = {
  name: "require-rollout-on-config-change",
  items: ["pre.configuration.rolls-consumers"],
  description:
    "ConfigMaps and Secrets that a pod reads are immutable, or a change triggers a rolling restart.",
  explanation:
    "Otherwise some pods run with the old value and others with the new one until all of them restart.",
  remediation:
    "Create ConfigMaps with createImmutableConfigMap(); add certificateRevisionAnnotations() to pods that mount certificates.",
  subjects: longRunningPods,
  check: (pod, context) =>
    [
      ...referencedConfigMaps(pod).flatMap((name) => configMapViolations(context, pod, name)),
      ...new Set(secretReferences(pod).flatMap(({ name }) => name.text ?? [])),
    ].flatMap((found) => (typeof found === "string" ? secretViolations(context, pod, found) : [found])),
};
