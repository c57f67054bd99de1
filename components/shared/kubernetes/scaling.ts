import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "./labels.ts";
import { GAME_NAMESPACE } from "./namespaces.ts";

/** The scaling of a Deployment: a fixed number of replicas, or an autoscaler. */
export type Scaling =
  | { readonly kind: "fixed"; readonly replicas: number }
  | {
      readonly kind: "autoscaled";
      readonly minimum: number;
      readonly maximum: number;
      readonly targetCpuPercent: number;
    };

/**
 * How long Pulumi waits for a rollout: four batches of 25 %, with three minutes for each start and time for new nodes. The
 * default of ten minutes is too short for a healthy rollout.
 */
export const ROLLOUT_TIMEOUTS = { create: "20m", update: "30m" };

/** The `replicas` of a Deployment; omitted with an autoscaler, because every deployment would override its decision. */
export function fixedReplicas(scaling: Scaling): { replicas?: number } {
  return scaling.kind === "fixed" ? { replicas: scaling.replicas } : {};
}

interface ScalingResourcesArgs {
  /** The name of the Deployment, the autoscaler and the disruption budget. */
  readonly deployment: string;
  readonly labels: Labels;
  /** The labels that select the Deployment's pods. */
  readonly selector: Labels;
  readonly scaling: Scaling;
  /** Seconds of low load before a pod is removed, and between two removals. */
  readonly scaleDownSeconds: number;
}

/** Creates the HorizontalPodAutoscaler (if autoscaled) and the PodDisruptionBudget of a Deployment. */
export function createScalingResources(
  name: string,
  args: ScalingResourcesArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const metadata = { name: args.deployment, namespace: GAME_NAMESPACE, labels: { ...args.labels } };
  if (args.scaling.kind === "autoscaled") {
    new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(
      `${name}-autoscaler`,
      { metadata, spec: autoscalerSpec(args.deployment, args.scaling, args.scaleDownSeconds) },
      opts,
    );
  }
  new kubernetes.policy.v1.PodDisruptionBudget(
    `${name}-disruption-budget`,
    {
      metadata,
      spec: {
        // One at a time, so that sessions can move to other servers during a node drain.
        maxUnavailable: 1,
        // An unhealthy pod has no sessions and must not block a node drain.
        unhealthyPodEvictionPolicy: "AlwaysAllow",
        selector: { matchLabels: { ...args.selector } },
      },
    },
    opts,
  );
}

function autoscalerSpec(
  deployment: string,
  scaling: Extract<Scaling, { kind: "autoscaled" }>,
  scaleDownSeconds: number,
): kubernetes.types.input.autoscaling.v2.HorizontalPodAutoscalerSpec {
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment },
    minReplicas: scaling.minimum,
    maxReplicas: scaling.maximum,
    metrics: [
      {
        type: "Resource",
        resource: {
          name: "cpu",
          target: { type: "Utilization", averageUtilization: scaling.targetCpuPercent },
        },
      },
    ],
    behavior: {
      // Players arrive in waves, so scale up immediately; sessions end slowly, so scale down late and one pod at a time.
      scaleUp: {
        stabilizationWindowSeconds: 0,
        policies: [{ type: "Percent", value: 100, periodSeconds: 60 }],
      },
      scaleDown: {
        stabilizationWindowSeconds: scaleDownSeconds,
        policies: [{ type: "Pods", value: 1, periodSeconds: scaleDownSeconds }],
      },
    },
  };
}
