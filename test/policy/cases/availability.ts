import { disallowReplicasWithAutoscaler } from "../../../policy/rules/availability/disallow-replicas-with-autoscaler.ts";
import { requireMinimumReplicas } from "../../../policy/rules/availability/require-minimum-replicas.ts";
import { requirePodDisruptionBudget } from "../../../policy/rules/availability/require-pod-disruption-budget.ts";
import { requireZoneTopologySpread } from "../../../policy/rules/availability/require-zone-topology-spread.ts";
import { requireStorageClass } from "../../../policy/rules/storage/require-storage-class.ts";
import { requireVolumeRetention } from "../../../policy/rules/storage/require-volume-retention.ts";
import {
  add,
  combine,
  GAME,
  GATEWAY,
  POD,
  POSTGRES,
  REDIS,
  remove,
  set,
  unknownAt,
  withoutTypes,
} from "./changes.ts";
import type { Change, RuleCases } from "./rule-cases.ts";

const SCALER = "gateway-autoscaler";
const BUDGET = "gateway-disruption-budget";
const SPREAD = `${POD}.topologySpreadConstraints`;
const RETENTION = "spec.persistentVolumeClaimRetentionPolicy";
const CLASS = "spec.volumeClaimTemplates[0].spec.storageClassName";

const selecting = (operator: string, values: readonly string[]) =>
  set(BUDGET, "spec.selector", { matchExpressions: [{ key: "app.kubernetes.io/name", operator, values }] });

const secondBudget: Change = (draft) =>
  draft.copy(BUDGET, "second-budget", (inputs) => {
    inputs.metadata.name = "second";
  });

const unprotected: Change = (draft) => {
  draft.resource(POSTGRES).protect = false;
};

export const availabilityCases: readonly RuleCases[] = [
  {
    rule: disallowReplicasWithAutoscaler,
    violations: [
      {
        title: "replicas is set although an autoscaler exists",
        change: set(GATEWAY, "spec.replicas", 3),
        findings: [
          "gateway-deployment spec.replicas: replicas is 3 although an autoscaler scales the Deployment",
        ],
      },
      {
        title: "an autoscaler whose target does not exist",
        change: set(SCALER, "spec.scaleTargetRef.name", "gatewy"),
        findings: [
          'gateway-autoscaler spec.scaleTargetRef.name: the target Deployment "gatewy" does not exist',
        ],
      },
    ],
    notApplicable: { change: withoutTypes(":HorizontalPodAutoscaler") },
    unknown: [unknownAt(GATEWAY, "spec.replicas"), unknownAt(SCALER, "spec.scaleTargetRef")],
  },
  {
    rule: requireMinimumReplicas,
    violations: [
      {
        title: "minReplicas is below the minimum",
        change: set(SCALER, "spec.minReplicas", 2),
        findings: ["gateway-autoscaler spec.minReplicas: minReplicas is 2, below the required minimum of 3"],
      },
      {
        title: "minReplicas is not set",
        change: set(SCALER, "spec.minReplicas", undefined),
        findings: [
          "gateway-autoscaler spec.minReplicas: minReplicas is missing, below the required minimum of 3",
        ],
      },
      {
        title: "no autoscaler",
        change: remove(SCALER),
        findings: ["gateway-deployment metadata.name: no HorizontalPodAutoscaler targets this Deployment"],
      },
      {
        title: "an autoscaler that targets another object",
        change: set(SCALER, "spec.scaleTargetRef.kind", "StatefulSet"),
        findings: ["gateway-deployment metadata.name: no HorizontalPodAutoscaler targets this Deployment"],
      },
    ],
    notApplicable: { plan: "staging" },
    unknown: [unknownAt(SCALER, "spec.minReplicas"), unknownAt(SCALER, "spec.scaleTargetRef.name")],
  },
  {
    rule: requirePodDisruptionBudget,
    compliant: [
      {
        title: "minAvailable instead of maxUnavailable",
        change: combine(set(BUDGET, "spec.maxUnavailable", undefined), set(BUDGET, "spec.minAvailable", 2)),
      },
      { title: "a selector with matchExpressions", change: selecting("In", ["gateway"]) },
    ],
    violations: [
      {
        title: "no budget",
        change: remove(BUDGET),
        findings: ["gateway-deployment metadata.name: no PodDisruptionBudget covers this Deployment"],
      },
      {
        title: "a budget for other pods",
        change: selecting("NotIn", ["gateway", "game-server"]),
        findings: ["gateway-deployment metadata.name: no PodDisruptionBudget covers this Deployment"],
      },
      {
        title: "a budget that allows no evictions",
        change: set(BUDGET, "spec.maxUnavailable", 0),
        findings: [
          "gateway-disruption-budget spec.maxUnavailable: the budget allows no evictions, so nodes cannot be drained",
        ],
      },
      {
        title: "a budget that allows all evictions",
        change: set(BUDGET, "spec.maxUnavailable", "100%"),
        findings: [
          "gateway-disruption-budget spec.maxUnavailable: the budget allows all pods to be evicted at the same time",
        ],
      },
      {
        title: "a budget without a number",
        change: set(BUDGET, "spec.maxUnavailable", undefined),
        findings: [
          "gateway-disruption-budget spec.maxUnavailable: the budget sets neither minAvailable nor maxUnavailable",
        ],
      },
      {
        title: "two budgets for the same pods",
        change: secondBudget,
        findings: [
          "gateway-deployment metadata.name: several PodDisruptionBudgets cover this Deployment, so its pods cannot be evicted",
        ],
      },
    ],
    notApplicable: { plan: "local" },
    unknown: [unknownAt(BUDGET, "spec.maxUnavailable"), unknownAt(BUDGET, "spec.selector")],
  },
  {
    rule: requireZoneTopologySpread,
    violations: [
      {
        title: "the pods are spread across nodes only",
        change: set(GAME, `${SPREAD}[0].topologyKey`, "kubernetes.io/hostname"),
        findings: [
          "game-server-main-deployment spec.template.spec.topologySpreadConstraints: no topology spread constraint uses topology.kubernetes.io/zone",
        ],
      },
      {
        title: "no topology spread constraint",
        change: set(GAME, SPREAD, undefined),
        findings: [
          "game-server-main-deployment spec.template.spec.topologySpreadConstraints: no topology spread constraint uses topology.kubernetes.io/zone",
        ],
      },
      {
        title: "whenUnsatisfiable is ScheduleAnyway",
        change: set(GAME, `${SPREAD}[0].whenUnsatisfiable`, "ScheduleAnyway"),
        findings: [
          "game-server-main-deployment spec.template.spec.topologySpreadConstraints[0].whenUnsatisfiable: whenUnsatisfiable of the zone spread is not DoNotSchedule",
        ],
      },
      {
        title: "the labelSelector selects other pods",
        change: set(GAME, `${SPREAD}[0].labelSelector.matchLabels`, { app: "x" }),
        findings: [
          "game-server-main-deployment spec.template.spec.topologySpreadConstraints[0].labelSelector: the labelSelector of the zone spread does not select these pods",
        ],
      },
    ],
    notApplicable: { plan: "package" },
    unknown: [unknownAt(GAME, SPREAD), unknownAt(GAME, `${SPREAD}[0].whenUnsatisfiable`)],
  },
  {
    rule: requireStorageClass,
    violations: [
      {
        title: "a claim template without a storage class",
        change: set(REDIS, CLASS, undefined),
        findings: [
          "redis-stateful-set spec.volumeClaimTemplates[0].spec.storageClassName: the claim does not set storageClassName",
        ],
      },
      {
        title: "a PersistentVolumeClaim without a storage class",
        change: add("kubernetes:core/v1:PersistentVolumeClaim", "claim", { spec: { storageClassName: "" } }),
        findings: ["claim spec.storageClassName: the claim does not set storageClassName"],
      },
    ],
    notApplicable: { change: withoutTypes(":StatefulSet") },
    unknown: [unknownAt(REDIS, CLASS), unknownAt(REDIS, "spec.volumeClaimTemplates")],
  },
  {
    rule: requireVolumeRetention,
    compliant: [
      { title: "the default retention policy of Kubernetes", change: set(POSTGRES, RETENTION, undefined) },
    ],
    violations: [
      {
        title: "volumes are deleted with the workload",
        change: set(POSTGRES, `${RETENTION}.whenDeleted`, "Delete"),
        findings: [
          'postgres-stateful-set spec.persistentVolumeClaimRetentionPolicy.whenDeleted: volumes are deleted with the workload (whenDeleted: "Delete")',
        ],
      },
      {
        title: "volumes are deleted on scale-down",
        change: set(REDIS, `${RETENTION}.whenScaled`, "Delete"),
        findings: [
          'redis-stateful-set spec.persistentVolumeClaimRetentionPolicy.whenScaled: volumes are deleted with the workload (whenScaled: "Delete")',
        ],
      },
      {
        title: "a data store without deletion protection",
        change: unprotected,
        findings: ["postgres-stateful-set: the resource is not protected against deletion"],
      },
    ],
    notApplicable: { change: withoutTypes(":StatefulSet") },
    unknown: [unknownAt(POSTGRES, RETENTION)],
  },
];
