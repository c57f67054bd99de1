import { GAME_NAMESPACE } from "../../../components/shared/kubernetes/namespaces.ts";
import { Secret } from "../../../probes/secret.ts";
import { type KubectlOptions, runKubectl } from "../../../probes/sources/kubectl.ts";

interface SecretReference {
  readonly name: string;
  readonly key: string;
}

interface DeploymentList {
  readonly items: readonly {
    readonly spec: {
      readonly template: {
        readonly spec: {
          readonly containers: readonly {
            readonly env?: readonly {
              readonly name: string;
              readonly valueFrom?: { readonly secretKeyRef?: SecretReference };
            }[];
          }[];
        };
      };
    };
  }[];
}

const TOKEN_VARIABLE = "GODOT_API_TOKEN";

/**
 * Reads the service token from the Secret that the game server's Deployment refers to, whose name contains a content
 * hash. The token stays in memory and is in no argument, file or message.
 * @throws MissingToolError without kubectl; NoResponseError if the cluster does not answer or denies access.
 */
export async function readServiceToken(options: KubectlOptions): Promise<Secret | undefined> {
  const where = ["--namespace", GAME_NAMESPACE, "--output", "json"];
  const selector = ["--selector", "app.kubernetes.io/name=game-server"];
  const deployments = await runKubectl(["get", "deployments.apps", ...where, ...selector], options);
  const reference = findSecretReference(JSON.parse(deployments));
  if (reference === undefined) return undefined;
  const { data }: { data?: Readonly<Record<string, string>> } = JSON.parse(
    await runKubectl(["get", "secret", reference.name, ...where], options),
  );
  const text = Buffer.from(data?.[reference.key] ?? "", "base64")
    .toString("utf8")
    .trim();
  return text === "" ? undefined : new Secret(text);
}

function findSecretReference({ items }: DeploymentList): SecretReference | undefined {
  return items
    .flatMap(({ spec }) => spec.template.spec.containers)
    .flatMap(({ env = [] }) => env)
    .find(({ name, valueFrom }) => name === TOKEN_VARIABLE && valueFrom?.secretKeyRef !== undefined)
    ?.valueFrom?.secretKeyRef;
}
