import { type Pod, selectorMatches } from "../../lib/kubernetes.ts";
import { playerFacingDeployments } from "../../lib/player-facing-deployments.ts";
import type { Rule } from "../../rule.ts";

export const requireZoneTopologySpread: Rule<Pod> = {
  name: "require-zone-topology-spread",
  items: ["pre.availability.zone-spread"],
  description:
    "In production, the pods of the gateway and of each game-server pool must be spread across zones.",
  explanation: "Pods that share a zone fail together when the zone fails.",
  remediation:
    "Set cluster.zones to the nodes' zones; topologySpread() then adds a constraint with whenUnsatisfiable: DoNotSchedule.",
  environments: ["production"],
  subjects: playerFacingDeployments,
  check: ({ spec, labels }) => {
    const constraints = spec.at("topologySpreadConstraints");
    const overZones = constraints.items.filter(
      (constraint) => constraint.at("topologyKey").text === "topology.kubernetes.io/zone",
    );
    if (overZones.length === 0)
      return [constraints.violation("no topology spread constraint uses topology.kubernetes.io/zone")];
    return overZones.flatMap((constraint) => {
      const otherwise = constraint.at("whenUnsatisfiable");
      const selector = constraint.at("labelSelector");
      return [
        ...(otherwise.text === "DoNotSchedule"
          ? []
          : [otherwise.violation("whenUnsatisfiable of the zone spread is not DoNotSchedule")]),
        ...(selector.exists && selectorMatches(selector, labels)
          ? []
          : [selector.violation("the labelSelector of the zone spread does not select these pods")]),
      ];
    });
  },
};
