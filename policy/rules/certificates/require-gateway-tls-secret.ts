import type { PolicyContext } from "../../context.ts";
import type { InputNode, Violation } from "../../input-node.ts";
import { nginxDirectives } from "../../lib/config-files.ts";
import { findObject, mainContainers, mountedFiles, type Pod, podsOfWorkloads } from "../../lib/kubernetes.ts";
import { certificateForSecret } from "../../lib/secret-references.ts";
import type { Rule } from "../../rule.ts";

/** The Secret volume that a pod mounts at the directory of a path. */
function secretMountedAt(pod: Pod, path: string): InputNode | undefined {
  const mounts = mainContainers(pod).flatMap(({ node }) => node.at("volumeMounts").items);
  const mount = mounts.find((one) => path.startsWith(`${one.at("mountPath").text}/`));
  return pod.spec
    .at("volumes")
    .items.find((volume) => volume.at("name").text === mount?.at("name").text)
    ?.at("secret");
}

function isTlsSecret(context: PolicyContext, pod: Pod, name: string | undefined): boolean {
  const secret = findObject(context, "Secret", pod.namespace, name);
  if (secret !== undefined) return secret.at("type").text === "kubernetes.io/tls";
  return certificateForSecret(context, pod.namespace, name) !== undefined;
}

function problems(context: PolicyContext, pod: Pod, file: InputNode, path: string): Violation[] {
  const secret = secretMountedAt(pod, path);
  if (secret === undefined || !secret.exists) return [file.violation(`${path} is not in a mounted Secret`)];
  const name = secret.at("secretName");
  return isTlsSecret(context, pod, name.text)
    ? []
    : [name.violation(`${name.displayText} is not a TLS Secret of this deployment`)];
}

export const requireGatewayTlsSecret: Rule<Pod> = {
  name: "require-gateway-tls-secret",
  items: ["pre.critical.tls.gateway-secret"],
  description: "The gateway reads its certificate and key from a mounted TLS Secret.",
  explanation:
    "A key in an image or a ConfigMap can be read by everyone with access to the registry, the API or a backup.",
  remediation:
    "Mount the Secret gateway-tls and set ssl_certificate and ssl_certificate_key to paths in that mount.",
  subjects: (context) => podsOfWorkloads(context, "gateway"),
  check: (pod, context) => {
    const files = mountedFiles(context, pod, "nginx.conf");
    if (files.length === 0) return [pod.spec.at("volumes").violation("the pod mounts no nginx.conf")];
    return files.flatMap((file) => {
      const paths = ["ssl_certificate", "ssl_certificate_key"].flatMap((name) =>
        nginxDirectives(file.text ?? "", name),
      );
      return paths.length < 2
        ? [file.violation("nginx.conf does not set ssl_certificate and ssl_certificate_key")]
        : paths.flatMap((path) => problems(context, pod, file, path));
    });
  },
};
