import { type Pod, pods } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const requireVolumeRetention: Rule<Pod> = {
  name: "require-volume-retention",
  items: ["pre.database.deletion-protected"],
  description:
    "Volumes are retained when their workload is deleted, and production StatefulSets are protected against deletion.",
  explanation:
    "A deployment may delete a workload by mistake; deleting player data must be a manual decision.",
  remediation:
    "Set whenDeleted and whenScaled of persistentVolumeClaimRetentionPolicy to Retain, and set protect: true on the StatefulSet in production.",
  subjects: (context) =>
    pods(context).filter(({ owner }) => owner.at("spec", "volumeClaimTemplates").items.length > 0),
  check: ({ owner }, { environment }) => [
    ...["whenDeleted", "whenScaled"].flatMap((when) => {
      const what = owner.at("spec", "persistentVolumeClaimRetentionPolicy", when);
      // The Kubernetes default is Retain.
      return what.exists && what.text !== "Retain"
        ? [what.violation(`volumes are deleted with the workload (${when}: ${what.displayText})`)]
        : [];
    }),
    ...(environment === "production" && !owner.resource.protect
      ? [owner.violation("the resource is not protected against deletion")]
      : []),
  ],
};
