import { type Check, defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import type { PlatformState } from "../sources/platform.ts";
import { clusterCapacity } from "./capacity.ts";
import { connectivity } from "./connectivity.ts";
import { publicName } from "./public-name.ts";

const REQUIRES_CLUSTER = "the target is not a cluster; name the environment instead of a URL";

/** Judges the cluster below the environment; without a cluster, the finding is not judged. */
async function judgePlatform<Finding extends string>(
  { platform }: CheckContext,
  finding: Finding,
  judge: (platform: PlatformState) => Verdict,
) {
  const verdict = platform === undefined ? notApplicable(REQUIRES_CLUSTER) : judge(await platform());
  return { findings: { [finding]: verdict } as Record<Finding, Verdict> };
}

export function evaluateNodes({ nodes }: Pick<PlatformState, "nodes">): Verdict {
  const broken = nodes.filter(({ ready }) => !ready).map(({ name }) => name);
  const usable = nodes.filter(({ ready, schedulable }) => ready && schedulable).length;
  return passIf(usable > 0 && broken.length === 0, {
    reason: usable === 0 ? "The cluster has no node that accepts pods." : "Some nodes are not ready.",
    expected: "every node ready, and at least one that accepts pods",
    seen: broken.length === 0 ? `${nodes.length} nodes, ${usable} usable` : `not ready: ${broken.join(", ")}`,
    remedy: "Read the node's conditions: kubectl describe node.",
  });
}

const platformReady = defineCheck({
  suite: "preflight",
  name: "platform-ready",
  title: "The API server responds and every node is ready.",
  findings: ["nodes"],
  run: (context) => judgePlatform(context, "nodes", evaluateNodes),
});

/** The oldest minor version that the stack file accepts for a new cluster (`cluster.version`). */
export const MIN_KUBERNETES_MINOR = 34;

export function evaluateVersion({ version }: Pick<PlatformState, "version">): Verdict {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return passIf(major === "1" && Number(minor) >= MIN_KUBERNETES_MINOR, {
    reason: "The Kubernetes version is not supported.",
    expected: `1.${MIN_KUBERNETES_MINOR} or newer`,
    seen: version === "" ? "no version" : version,
    remedy: "Upgrade the control plane, one minor version at a time.",
  });
}

const clusterVersion = defineCheck({
  suite: "preflight",
  name: "cluster-version",
  title: "The cluster runs a Kubernetes version that this release supports.",
  findings: ["supported"],
  run: (context) => judgePlatform(context, "supported", evaluateVersion),
});

export function evaluateStorageClass(
  { storageClasses }: Pick<PlatformState, "storageClasses">,
  wanted: string | undefined,
): Verdict {
  const found = storageClasses.find(({ name, isDefault }) =>
    wanted === undefined ? isDefault : name === wanted,
  );
  return passIf(found?.allowsExpansion === true, {
    reason:
      found === undefined ? "The storage class does not exist." : "The storage class cannot expand volumes.",
    expected: `${wanted ?? "a default storage class"} with allowVolumeExpansion`,
    seen: storageClasses.map(({ name }) => name).join(", ") || "no storage class",
    remedy: "Create the storage class, or name another one in cluster.storageClass.",
  });
}

const storageClass = defineCheck({
  suite: "preflight",
  name: "storage-class",
  title: "The storage class exists and allows volume expansion.",
  findings: ["expandable"],
  run: (context) =>
    judgePlatform(context, "expandable", (platform) =>
      evaluateStorageClass(platform, context.target.expected.storageClass),
    ),
});

/** Checks of the platform before the product is deployed to it. */
export const PREFLIGHT: readonly Check[] = [
  platformReady,
  connectivity,
  publicName,
  clusterVersion,
  clusterCapacity,
  storageClass,
];
