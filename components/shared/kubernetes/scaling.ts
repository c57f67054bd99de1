import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "./labels.ts";
import { GAME_NAMESPACE } from "./namespaces.ts";

/** How many pods a Deployment has: a fixed number, or what an autoscaler decides. */
export type Scaling =
  | { readonly kind: "fixed"; readonly replicas: number }
  | {
      readonly kind: "autoscaled";
      readonly minimum: number;
      readonly maximum: number;
      readonly targetCpuPercent: number;
    };

/**
 * How long the engine waits for a rollout: four waves of a quarter each, with three minutes to start and slow nodes in between.
 * Its own default of ten minutes would give up on a healthy one.
 */
export const ROLLOUT_TIMEOUTS = { create: "20m", update: "30m" };

/** The `replicas` of a Deployment: none where an autoscaler owns them, or every deployment would reset its decision. */
export function fixedReplicas(scaling: Scaling): { replicas?: number } {
  return scaling.kind === "fixed" ? { replicas: scaling.replicas } : {};
}

export interface ScalingResourcesArgs {
  /** The Deployment's name, shared by its autoscaler and its disruption budget. */
  readonly deployment: string;
  readonly labels: Labels;
  /** The labels that select the Deployment's pods. */
  readonly selector: Labels;
  readonly scaling: Scaling;
  /** Seconds that load must stay low before a pod is taken away, and between two such steps. */
  readonly scaleDownSeconds: number;
}

/** The HorizontalPodAutoscaler (where the scaling is automatic) and the PodDisruptionBudget of a Deployment. */
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
        // One at a time, so that a node drain hands sessions over instead of dropping them all at once.
        maxUnavailable: 1,
        // A pod that is not healthy serves nobody and must not block a drain.
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
      // Players arrive in waves: follow at once. They leave in sessions: take one pod at a time, and late.
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
