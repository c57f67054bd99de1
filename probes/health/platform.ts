import {
  NAMESPACES,
  NODES_NAMESPACE,
  podSecurityLevel,
} from "../../components/shared/kubernetes/namespaces.ts";
import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { describeResponse, statusBody } from "../contract.ts";
import type { ClusterState } from "../sources/kubernetes.ts";
import type { ProcessDeployment } from "../sources/processes.ts";
import {
  evaluateByEnvironment,
  type FindingVerdicts,
  formatNames,
  REQUIRES_ENVIRONMENT_NAME,
} from "./evaluate-by-environment.ts";

const group = "Platform";

export const namespaces = defineCheck({
  suite: "health",
  group,
  name: "namespaces",
  title: "Namespaces are active and enforce their Pod Security level.",
  findings: ["created", "active"],
  run: (context) =>
    evaluateByEnvironment(context, ["created", "active"], {
      cluster: evaluateNamespaces,
      processes: ({ directoryMode, hasModes, directory, writable }) => ({
        created: passIf(writable, {
          reason: "The state directory is not writable.",
          expected: "a directory that this user can write to",
          seen: directory,
          remedy: "Run the check as the user that deployed.",
        }),
        active: passIf(!hasModes || (directoryMode & 0o066) === 0, {
          reason: "Other users of this machine can read the state directory.",
          expected: "mode 0700, or 0711 if a database runs as its own user",
          seen: `0${directoryMode.toString(8)}`,
          remedy: `chmod 700 ${directory}`,
        }),
      }),
      address: REQUIRES_ENVIRONMENT_NAME,
    }),
});

const ENFORCE_LABEL = "pod-security.kubernetes.io/enforce";

/** Namespaces of every deployment; the node namespace exists only if the deployment runs DaemonSets on the nodes. */
const REQUIRED_NAMESPACES = NAMESPACES.filter((name) => name !== NODES_NAMESPACE);

export function evaluateNamespaces(
  cluster: Pick<ClusterState, "namespaces">,
): FindingVerdicts<"created" | "active"> {
  const missing = REQUIRED_NAMESPACES.filter(
    (name) => !cluster.namespaces.some(({ metadata }) => metadata.name === name),
  );
  const present = NAMESPACES.flatMap((name) =>
    cluster.namespaces.filter(({ metadata }) => metadata.name === name).map((found) => ({ name, ...found })),
  );
  const invalid = present.filter(
    ({ name, metadata, status }) =>
      status?.phase !== "Active" || metadata.labels?.[ENFORCE_LABEL] !== podSecurityLevel(name),
  );
  return {
    created: passIf(missing.length === 0, {
      reason: "Some namespaces are missing.",
      expected: REQUIRED_NAMESPACES.join(", "),
      seen: `without ${formatNames(missing)}`,
      remedy: 'Run "up" for this environment.',
    }),
    active: passIf(invalid.length === 0 && present.length > 0, {
      reason: "A namespace is not Active, or does not enforce its Pod Security level.",
      expected: `Active, ${ENFORCE_LABEL}=restricted; ${NODES_NAMESPACE}: privileged`,
      seen: formatNames(invalid.map(({ metadata }) => metadata.name)),
      remedy: 'Run "up" for this environment to restore the labels.',
    }),
  };
}

export const configuration = defineCheck({
  suite: "health",
  group,
  name: "configuration",
  title: "The configuration in effect matches the stack configuration.",
  findings: ["created", "as-planned"],
  run: (context) =>
    evaluateByEnvironment(context, ["created", "as-planned"], {
      cluster: (cluster) => evaluateConfiguration(cluster, context.target.expected.variables),
      processes: async (deployment) => ({
        created: evaluateSecretFiles(deployment),
        "as-planned": await evaluateEffectiveSettings(context),
      }),
      address: async () => ({
        created: notApplicable(REQUIRES_ENVIRONMENT_NAME),
        "as-planned": await evaluateEffectiveSettings(context),
      }),
    }),
});

/** Evaluates whether all referenced ConfigMaps exist, and whether the game server's one matches the config. */
export function evaluateConfiguration(
  cluster: Pick<ClusterState, "configMaps" | "deployments" | "statefulSets">,
  planned: ReadonlyMap<string, string> | undefined,
): FindingVerdicts<"created" | "as-planned"> {
  const present = new Map(
    cluster.configMaps.map((map) => [`${map.metadata.namespace}/${map.metadata.name}`, map]),
  );
  const references = [...cluster.deployments, ...cluster.statefulSets].flatMap(({ metadata, spec }) => {
    const { containers = [], volumes = [] } = spec?.template?.spec ?? {};
    const names = [
      ...containers.flatMap(({ envFrom = [] }) => envFrom.map(({ configMapRef }) => configMapRef?.name)),
      ...volumes.map(({ configMap }) => configMap?.name),
    ];
    return names.flatMap((name) => (name === undefined ? [] : [`${metadata.namespace}/${name}`]));
  });
  const missing = references.filter((name) => !present.has(name));
  const serverConfigs = references.flatMap((name) =>
    /\/game-server-env-/.test(name) ? [present.get(name)?.data ?? {}] : [],
  );
  const different = [...(planned ?? [])].filter(([name, value]) =>
    serverConfigs.some((data) => data[name] !== value),
  );
  return {
    created: passIf(missing.length === 0 && references.length > 0, {
      reason: "Workloads reference ConfigMaps that do not exist.",
      expected: `${references.length} ConfigMaps`,
      seen: `without ${formatNames(missing)}`,
      remedy: 'Run "up" for this environment.',
    }),
    "as-planned": passIf(planned !== undefined && serverConfigs.length > 0 && different.length === 0, {
      reason: "The game servers' ConfigMap differs from the stack configuration.",
      expected: "the values in the stack file",
      seen:
        serverConfigs.length === 0
          ? "no ConfigMap for the game server"
          : formatNames(different.map(([name]) => name)),
      remedy: 'Run "plan" to see the difference, then "up".',
    }),
  };
}

function evaluateSecretFiles({ secrets, hasModes }: ProcessDeployment): Verdict {
  const readable = secrets.filter(({ mode }) => hasModes && (mode & 0o077) !== 0);
  return passIf(secrets.length > 0 && readable.length === 0, {
    reason: secrets.length === 0 ? "There are no secret files." : "Other users can read secret files.",
    expected: "files of mode 0600",
    seen: formatNames(readable.map(({ path }) => path)),
    remedy: "Run chmod 600 on the files, and rotate the secrets in them.",
  });
}

/** Evaluates the settings in the response of /status, which contains no secrets. */
async function evaluateEffectiveSettings(context: CheckContext): Promise<Verdict> {
  const missing = missingTokenVerdict(context);
  if (missing !== undefined) return missing;
  const { http, target } = context;
  const reply = await http("/status");
  const { settings } = statusBody.safeParse(reply.json).data ?? {};
  const { scenes, access } = (settings ?? {}) as {
    readonly scenes?: { readonly main?: unknown };
    readonly access?: { readonly apiToken?: unknown; readonly signingKey?: unknown };
  };
  const hasKeys = access?.apiToken === "set" && access.signingKey === "set";
  return passIf(scenes?.main === target.expected.mainScene && hasKeys, {
    reason: "The settings in effect differ from the configuration.",
    expected: `main scene ${target.expected.mainScene}, both keys set`,
    seen:
      settings === undefined
        ? describeResponse(reply)
        : `main scene ${String(scenes?.main)}, keys ${hasKeys ? "" : "not "}set`,
    remedy: "Compare the response of /status (with the service token) with docs/reference/config.md.",
  });
}
