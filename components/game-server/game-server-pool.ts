import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type Labels, poolLabels } from "../shared/kubernetes/labels.ts";
import { GAME_NAMESPACE } from "../shared/kubernetes/namespaces.ts";
import { topologySpread } from "../shared/kubernetes/pod-spec.ts";
import { createScalingResources, fixedReplicas, ROLLOUT_TIMEOUTS } from "../shared/kubernetes/scaling.ts";
import { type GameServerPod, type GameServerPoolSize, gameServerPodSpec } from "./game-server-pod.ts";

interface GameServerPoolArgs {
  readonly workload: string;
  readonly labels: Labels;
  readonly size: GameServerPoolSize;
  readonly zones: number;
  readonly pod: GameServerPod;
}

/** Ten minutes of low load before a server is removed: longer than the dip between two matches. */
const SCALE_DOWN_STABILIZATION_SECONDS = 600;

/** A pool of game servers: a Deployment with its autoscaler and disruption budget. */
export class GameServerPool extends pulumi.ComponentResource {
  constructor(name: string, args: GameServerPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:game-server:Pool", name, {}, opts);
    const deployment = `${args.workload}-${args.size.name}`;
    const selector = poolLabels(args.workload, args.size.name);
    const labels = { ...args.labels, ...selector };
    new kubernetes.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata: { name: deployment, namespace: GAME_NAMESPACE, labels },
        spec: {
          ...fixedReplicas(args.size.scaling),
          revisionHistoryLimit: 5,
          selector: { matchLabels: selector },
          // A new server is ready before an old one drains, so capacity does not drop.
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } },
          template: {
            metadata: { labels, annotations: { ...args.pod.placement.annotations, ...args.pod.annotations } },
            spec: {
              ...gameServerPodSpec(args.pod, args.size),
              topologySpreadConstraints: topologySpread(selector, args.zones),
            },
          },
        },
      },
      { parent: this, customTimeouts: ROLLOUT_TIMEOUTS },
    );
    createScalingResources(
      name,
      {
        deployment,
        labels,
        selector,
        scaling: args.size.scaling,
        scaleDownSeconds: SCALE_DOWN_STABILIZATION_SECONDS,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
