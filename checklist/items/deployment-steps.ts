import { defineSeedSection } from "../define-section.ts";

const common = { document: "003", phase: "deployment", timing: "deployment" } as const;

const start = defineSeedSection(
  {
    ...common,
    id: "deploy.execution.start",
    line: 144,
    title: "Start",
    priority: "high",
    owner: "deployment-engineer",
    docs: "docs/deploy.md",
  },
  [
    {
      id: "deploy.execution.start.time",
      line: 145,
      title: "The history records when the deployment started and who started it.",
      method: "live",
      check: { probe: "history/started", target: "environment" },
      records: "start time and operator",
    },
    {
      id: "deploy.execution.start.runbook",
      line: 146,
      title: "The deployment engineer has the runbook of this release open.",
      method: "human",
      check: { evidence: "the version of the runbook" },
    },
    {
      id: "deploy.execution.start.in-order",
      line: 147,
      title: "Every change to the environment is a recorded step of the update; none was made manually.",
      method: "live",
      check: { probe: "history/steps-recorded", target: "environment" },
    },
  ],
);

const steps = {
  ...common,
  priority: "critical",
  owner: "deployment-engineer",
  docs: "docs/deploy.md",
  appliesWhen: ["kubernetes"],
} as const;

const namespace = defineSeedSection(
  { ...steps, id: "deploy.execution.namespace", line: 149, title: "Step 1: namespaces" },
  [
    {
      id: "deploy.execution.namespace.created",
      line: 150,
      title: "All planned namespaces exist.",
      method: "live",
      check: { probe: "health/namespaces", finding: "created", target: "environment" },
    },
    {
      id: "deploy.execution.namespace.verified",
      line: 151,
      title: "Each namespace is active and has the planned Pod Security level.",
      method: "live",
      check: { probe: "health/namespaces", finding: "active", target: "environment" },
    },
  ],
);

const configuration = defineSeedSection(
  { ...steps, id: "deploy.execution.configuration", line: 153, title: "Step 2: configuration" },
  [
    {
      id: "deploy.execution.configuration.applied",
      line: 154,
      title: "The planned ConfigMaps exist.",
      method: "live",
      check: { probe: "health/configuration", finding: "created", target: "environment" },
    },
    {
      id: "deploy.execution.configuration.verified",
      line: 155,
      title: "The configuration in the cluster equals the plan, value by value.",
      method: "live",
      check: { probe: "health/configuration", finding: "as-planned", target: "environment" },
    },
  ],
);

const volumes = defineSeedSection(
  { ...steps, id: "deploy.execution.volumes", line: 157, title: "Step 3: persistent volumes" },
  [
    {
      id: "deploy.execution.volumes.created",
      line: 158,
      title: "Every stateful workload has its PersistentVolumeClaims.",
      method: "live",
      check: { probe: "health/volumes", finding: "created", target: "environment" },
    },
    {
      id: "deploy.execution.volumes.bound",
      line: 159,
      title: "Every PersistentVolumeClaim is bound.",
      method: "live",
      check: { probe: "health/volumes", finding: "bound", target: "environment" },
    },
  ],
);

const application = defineSeedSection(
  { ...steps, id: "deploy.execution.application", line: 161, title: "Step 4: application" },
  [
    {
      id: "deploy.execution.application.stateful-sets",
      line: 162,
      title: "The Redis StatefulSet exists with all its replicas.",
      method: "live",
      check: { probe: "health/rollout", finding: "stateful-sets", target: "environment" },
      appliesWhen: ["own-redis"],
    },
    {
      id: "deploy.execution.application.deployments",
      line: 163,
      title: "The game server and gateway Deployments exist with the planned images.",
      method: "live",
      check: { probe: "health/rollout", finding: "deployments", target: "environment" },
    },
    {
      id: "deploy.execution.application.rollout",
      line: 164,
      title: "Every rollout is complete, and no pod of the previous release is left.",
      method: "live",
      check: { probe: "health/rollout", finding: "complete", target: "environment" },
    },
    {
      id: "deploy.execution.application.pods-running",
      line: 165,
      title: "Every pod of the rollouts is running.",
      method: "live",
      check: { probe: "health/rollout", finding: "pods-running", target: "environment" },
    },
  ],
);

const services = defineSeedSection(
  { ...steps, id: "deploy.execution.services", line: 167, title: "Step 5: services" },
  [
    {
      id: "deploy.execution.services.created",
      line: 168,
      title: "Every planned Service exists and selects ready pods.",
      method: "live",
      check: { probe: "health/services", finding: "endpoints", target: "environment" },
    },
    {
      id: "deploy.execution.services.addressed",
      line: 169,
      title: "Every Service has the address that its type requires.",
      method: "live",
      check: { probe: "health/services", finding: "addresses", target: "environment" },
    },
  ],
);

const ingress = defineSeedSection(
  { ...steps, id: "deploy.execution.ingress", line: 171, title: "Step 6: gateway exposure" },
  [
    {
      id: "deploy.execution.ingress.created",
      line: 172,
      title: "The gateway is exposed as configured.",
      method: "live",
      check: { probe: "health/gateway-exposure", finding: "created", target: "environment" },
    },
    {
      id: "deploy.execution.ingress.address",
      line: 173,
      title: "The gateway has an external address.",
      method: "live",
      check: { probe: "health/gateway-exposure", finding: "address", target: "environment" },
      records: "the address",
    },
    {
      id: "deploy.execution.ingress.dns",
      line: 174,
      title: "The public name resolves to the gateway's address.",
      method: "live",
      check: { probe: "health/public-name", finding: "address", target: "environment" },
      appliesWhen: ["public-name"],
    },
  ],
);

const networkPolicies = defineSeedSection(
  {
    ...steps,
    id: "deploy.execution.network-policies",
    line: 176,
    title: "Step 7: network policies",
    priority: "high",
    docs: "docs/eks-best-practices.md",
  },
  [
    {
      id: "deploy.execution.network-policies.applied",
      line: 177,
      title: "NetworkPolicies deny all traffic outside the plan; skipping them requires a waiver.",
      method: "live",
      check: { probe: "health/network-policies", target: "environment" },
      choices: ["applied", "skipped"],
    },
  ],
);

const autoscaling = defineSeedSection(
  {
    ...steps,
    id: "deploy.execution.autoscaling",
    line: 180,
    title: "Step 8: autoscaling",
    priority: "medium",
    docs: "docs/reference-server.md",
  },
  [
    {
      id: "deploy.execution.autoscaling.configured",
      line: 181,
      title: "The autoscaler controls the number of servers; skipping it requires a waiver.",
      method: "live",
      check: { probe: "health/autoscaler", finding: "created", target: "environment" },
      choices: ["configured", "skipped"],
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): the deployment itself, step by step. */
export const deploymentSteps = [
  start,
  namespace,
  configuration,
  volumes,
  application,
  services,
  ingress,
  networkPolicies,
  autoscaling,
];
