import { NAMESPACES, NODES_NAMESPACE, podSecurityLevel } from "../../components/shared/namespaces.ts";
import { check, demand, notApplicable, type Verdict } from "../check.ts";
import type { Context } from "../context.ts";
import { shown, statusBody } from "../contract.ts";
import { withoutToken } from "../needs.ts";
import type { Cluster } from "../sources/kubernetes.ts";
import type { ProcessDeployment } from "../sources/processes.ts";
import { askByKind, named, ONLY_ADDRESS, type Verdicts } from "./ways.ts";

const group = "Platform";

export const namespaces = check({
  suite: "health",
  group,
  name: "namespaces",
  title: "The places of the deployment exist and keep others out.",
  findings: ["created", "active"],
  run: (context) =>
    askByKind(context, ["created", "active"], {
      cluster: judgeNamespaces,
      processes: ({ directoryMode, hasModes, directory, writable }) => ({
        created: demand(writable, {
          reason: "The state directory cannot be written.",
          expected: "a directory of this user",
          seen: directory,
          remedy: "Run as the user that deployed.",
        }),
        active: demand(!hasModes || (directoryMode & 0o066) === 0, {
          reason: "Other users of this machine can list the state directory.",
          expected: "mode 0700, or 0711 where a store runs as its own user",
          seen: `0${directoryMode.toString(8)}`,
          remedy: `chmod 700 ${directory}`,
        }),
      }),
      address: ONLY_ADDRESS,
    }),
});

const ENFORCE = "pod-security.kubernetes.io/enforce";

/** The namespaces of every deployment; that of the nodes is there only where something of ours stands on them. */
const REQUIRED = NAMESPACES.filter((name) => name !== NODES_NAMESPACE);

export function judgeNamespaces(cluster: Pick<Cluster, "namespaces">): Verdicts<"created" | "active"> {
  const missing = REQUIRED.filter(
    (name) => !cluster.namespaces.some(({ metadata }) => metadata.name === name),
  );
  const ours = NAMESPACES.flatMap((name) =>
    cluster.namespaces.filter(({ metadata }) => metadata.name === name).map((found) => ({ name, ...found })),
  );
  const weak = ours.filter(
    ({ name, metadata, status }) =>
      status?.phase !== "Active" || metadata.labels?.[ENFORCE] !== podSecurityLevel(name),
  );
  return {
    created: demand(missing.length === 0, {
      reason: "Namespaces are missing.",
      expected: REQUIRED.join(", "),
      seen: `without ${named(missing)}`,
      remedy: "Run up for this environment.",
    }),
    active: demand(weak.length === 0 && ours.length > 0, {
      reason: "A namespace is not active, or does not hold its pods to its level.",
      expected: `Active, ${ENFORCE}=restricted; ${NODES_NAMESPACE}: privileged`,
      seen: named(weak.map(({ metadata }) => metadata.name)),
      remedy: "Run up for this environment: it sets the labels again.",
    }),
  };
}

export const configuration = check({
  suite: "health",
  group,
  name: "configuration",
  title: "What the servers read is what was planned.",
  findings: ["created", "as-planned"],
  run: (context) =>
    askByKind(context, ["created", "as-planned"], {
      cluster: (cluster) => judgeConfiguration(cluster, context.target.expected.variables),
      processes: async (deployment) => ({
        created: judgeSecretFiles(deployment),
        "as-planned": await settingsInEffect(context),
      }),
      address: async () => ({
        created: notApplicable(ONLY_ADDRESS),
        "as-planned": await settingsInEffect(context),
      }),
    }),
});

/** Every ConfigMap that a workload names exists, and the game server's says what the config says. */
export function judgeConfiguration(
  cluster: Pick<Cluster, "configMaps" | "deployments" | "statefulSets">,
  planned: ReadonlyMap<string, string> | undefined,
): Verdicts<"created" | "as-planned"> {
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
  const read = references.flatMap((name) =>
    /\/game-server-env-/.test(name) ? [present.get(name)?.data ?? {}] : [],
  );
  const different = [...(planned ?? [])].filter(([name, value]) => read.some((data) => data[name] !== value));
  return {
    created: demand(missing.length === 0 && references.length > 0, {
      reason: "Workloads name ConfigMaps that do not exist.",
      expected: `${references.length} ConfigMaps`,
      seen: `without ${named(missing)}`,
      remedy: "Run up for this environment.",
    }),
    "as-planned": demand(planned !== undefined && read.length > 0 && different.length === 0, {
      reason: "The game servers read other values than the config has.",
      expected: "the variables of the stack file",
      seen: read.length === 0 ? "no ConfigMap of the game server" : named(different.map(([name]) => name)),
      remedy: "Run plan to see the difference, then up.",
    }),
  };
}

function judgeSecretFiles({ secrets, hasModes }: ProcessDeployment): Verdict {
  const open = secrets.filter(({ mode }) => hasModes && (mode & 0o077) !== 0);
  return demand(secrets.length > 0 && open.length === 0, {
    reason: secrets.length === 0 ? "There are no secret files." : "Secret files can be read by others.",
    expected: "files of mode 0600",
    seen: named(open.map(({ path }) => path)),
    remedy: "chmod 600 the files, and rotate what others could read.",
  });
}

/** The settings that a server shows to an operator, without their secrets. */
async function settingsInEffect(context: Context): Promise<Verdict> {
  const missing = withoutToken(context);
  if (missing !== undefined) return missing;
  const { http, target } = context;
  const reply = await http("/status");
  const { settings } = statusBody.safeParse(reply.json).data ?? {};
  const { scenes, access } = (settings ?? {}) as {
    readonly scenes?: { readonly main?: unknown };
    readonly access?: { readonly apiToken?: unknown; readonly signingKey?: unknown };
  };
  const isKeyed = access?.apiToken === "set" && access.signingKey === "set";
  return demand(scenes?.main === target.expected.mainScene && isKeyed, {
    reason: "The settings in effect are not the planned ones.",
    expected: `main scene ${target.expected.mainScene}, both keys set`,
    seen:
      settings === undefined
        ? shown(reply)
        : `main scene ${String(scenes?.main)}, keys ${isKeyed ? "" : "not "}set`,
    remedy: "Compare /status, asked with the service token, with docs/reference/config.md.",
  });
}
