import { type Pod, pods } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const requireVolumeRetention: Rule<Pod> = {
  name: "require-volume-retention",
  items: ["pre.database.deletion-protected"],
  description:
    "Volumes outlive the workload that claims them, and production's databases cannot be deleted accidentally.",
  explanation: "A deployment may remove a workload by mistake; player data must take a person to remove.",
  remediation:
    "Set persistentVolumeClaimRetentionPolicy to Retain for both cases, and protect: true on the StatefulSet in production.",
  subjects: (context) =>
    pods(context).filter(({ owner }) => owner.at("spec", "volumeClaimTemplates").items.length > 0),
  check: ({ owner }, { environment }) => [
    ...["whenDeleted", "whenScaled"].flatMap((when) => {
      const what = owner.at("spec", "persistentVolumeClaimRetentionPolicy", when);
      // Kubernetes' own default is Retain.
      return what.exists && what.text !== "Retain"
        ? [what.violation(`volumes go (${when}: ${what.displayText})`)]
        : [];
    }),
    ...(environment === "production" && !owner.resource.protect
      ? [owner.violation("the resource is not protected against deletion")]
      : []),
  ],
};
