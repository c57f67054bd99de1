import { DEPLOYED_ENVIRONMENTS, defineSeedSection, RELEASE_ENVIRONMENTS } from "../define-section.ts";

const common = { document: "003", phase: "deployment", timing: "deployment" } as const;

const start = defineSeedSection(
  {
    ...common,
    id: "deploy.execution.start",
    docs: "docs/deploy.md#what-up-does",
    line: 144,
    title: "Start",
    priority: "high",
    owner: "deployment-engineer",
  },
  [
    {
      id: "deploy.execution.start.time",
      line: 145,
      title: "The history records when the deployment started and who started it.",
      remediation:
        "Deploy with `npm run up`, which records the start; a deployment with `pulumi up` alone is not in the ledger.",
      method: "live",
      check: { probe: "history/started", target: "environment" },
      records: "start time and operator",
    },
    {
      id: "deploy.execution.start.runbook",
      line: 146,
      title: "The deployment engineer has the runbook of this release open.",
      remediation: "Open docs/deploy.md at the commit of this release.",
      environments: RELEASE_ENVIRONMENTS,
      method: "human",
      check: { evidence: "the version of the runbook" },
    },
    {
      id: "deploy.execution.start.in-order",
      line: 147,
      title: "Every change to the environment is a recorded step of the update; none was made manually.",
      remediation: "Run `npm run preview`, and revert the manual change or include it in the program.",
      method: "live",
      check: { probe: "history/steps-recorded", target: "environment" },
    },
  ],
);

const steps = {
  ...common,
  priority: "critical",
  owner: "deployment-engineer",
  appliesWhen: ["kubernetes"],
} as const;

const namespace = defineSeedSection(
  {
    ...steps,
    id: "deploy.execution.namespace",
    docs: "docs/deploy.md#what-up-does",
    line: 149,
    title: "Step 1: namespaces",
  },
  [
    {
      id: "deploy.execution.namespace.created",
      line: 150,
      title: "All planned namespaces exist.",
      remediation: "Run `npm run up` again; read the error of the namespace if it fails.",
      method: "live",
      check: { probe: "health/namespaces", finding: "created", target: "environment" },
    },
    {
      id: "deploy.execution.namespace.verified",
      line: 151,
      title: "Each namespace is active and has the planned Pod Security level.",
      remediation: "Restore the Pod Security labels of the namespace with `npm run up`.",
      method: "live",
      check: { probe: "health/namespaces", finding: "active", target: "environment" },
    },
  ],
);

const configuration = defineSeedSection(
  {
    ...steps,
    id: "deploy.execution.configuration",
    docs: "docs/deploy.md#what-up-does",
    line: 153,
    title: "Step 2: configuration",
  },
  [
    {
      id: "deploy.execution.configuration.applied",
      line: 154,
      title: "The planned ConfigMaps exist.",
      remediation: "Run `npm run up` again; read the error of the ConfigMap if it fails.",
      method: "live",
      check: { probe: "health/configuration", finding: "created", target: "environment" },
    },
    {
      id: "deploy.execution.configuration.verified",
      line: 155,
      title: "The configuration in the cluster equals the plan, value by value.",
      remediation: "Revert the manual change with `npm run up`, which restores the planned value.",
      method: "live",
      check: { probe: "health/configuration", finding: "as-planned", target: "environment" },
    },
  ],
);

const volumes = defineSeedSection(
  {
    ...steps,
    id: "deploy.execution.volumes",
    docs: "docs/deploy.md#what-up-does",
    line: 157,
    title: "Step 3: persistent volumes",
  },
  [
    {
      id: "deploy.execution.volumes.created",
      line: 158,
      title: "Every stateful workload has its PersistentVolumeClaims.",
      remediation: "Read the events of the StatefulSet; the storage class may not exist.",
      docs: "docs/runbooks/kubernetes.md#volumeclaimpending",
      method: "live",
      check: { probe: "health/volumes", finding: "created", target: "environment" },
    },
    {
      id: "deploy.execution.volumes.bound",
      line: 159,
      title: "Every PersistentVolumeClaim is bound.",
      remediation:
        "Read the events of the PersistentVolumeClaim, and correct the storage class or the quota.",
      docs: "docs/runbooks/kubernetes.md#volumeclaimpending",
      method: "live",
      check: { probe: "health/volumes", finding: "bound", target: "environment" },
    },
  ],
);

const application = defineSeedSection(
  {
    ...steps,
    id: "deploy.execution.application",
    docs: "docs/deploy.md#what-up-does",
    line: 161,
    title: "Step 4: application",
  },
  [
    {
      id: "deploy.execution.application.stateful-sets",
      line: 162,
      title: "The Redis StatefulSet exists with all its replicas.",
      remediation: "Read the events of the StatefulSet and its pods.",
      docs: "docs/runbooks/kubernetes.md#statefulsetreplicasmissing",
      method: "live",
      check: { probe: "health/rollout", finding: "stateful-sets", target: "environment" },
      appliesWhen: ["in-cluster-redis"],
      instead: {
        "in-cluster-redis":
          "ElastiCache replaces the StatefulSet; post.cache.answers verifies the connection to it.",
      },
    },
    {
      id: "deploy.execution.application.deployments",
      line: 163,
      title: "The game server and gateway Deployments exist with the planned images.",
      remediation: "Run `npm run up` again; another tool may have changed the image.",
      docs: "docs/runbooks/kubernetes.md#deploymentreplicasmissing",
      method: "live",
      check: { probe: "health/rollout", finding: "deployments", target: "environment" },
    },
    {
      id: "deploy.execution.application.rollout",
      line: 164,
      title: "Every rollout is complete, and no pod of the previous release is left.",
      remediation: "Read the conditions of the Deployment, and roll back if players are affected.",
      docs: "docs/runbooks/kubernetes.md#deploymentrolloutstuck",
      method: "live",
      check: { probe: "health/rollout", finding: "complete", target: "environment" },
    },
    {
      id: "deploy.execution.application.pods-running",
      line: 165,
      title: "Every pod of the rollouts is running.",
      remediation: "Read the events and the log of the pod.",
      docs: "docs/runbooks/kubernetes.md#podnotrunning",
      method: "live",
      check: { probe: "health/rollout", finding: "pods-running", target: "environment" },
    },
  ],
);

const services = defineSeedSection(
  {
    ...steps,
    id: "deploy.execution.services",
    docs: "docs/deploy.md#what-up-does",
    line: 167,
    title: "Step 5: services",
  },
  [
    {
      id: "deploy.execution.services.created",
      line: 168,
      title: "Every planned Service exists and selects ready pods.",
      remediation: "Read why the pods behind the Service are not ready.",
      docs: "docs/runbooks/game-server.md#gameservernotready",
      method: "live",
      check: { probe: "health/services", finding: "endpoints", target: "environment" },
    },
    {
      id: "deploy.execution.services.addressed",
      line: 169,
      title: "Every Service has the address that its type requires.",
      remediation:
        "Read the events of the Service; the load balancer controller reports why no address was assigned.",
      docs: "docs/runbooks/gateway.md#publicendpointdown",
      method: "live",
      check: { probe: "health/services", finding: "addresses", target: "environment" },
    },
  ],
);

const ingress = defineSeedSection(
  {
    ...steps,
    id: "deploy.execution.ingress",
    docs: "docs/deploy.md#what-up-does",
    line: 171,
    title: "Step 6: gateway exposure",
  },
  [
    {
      id: "deploy.execution.ingress.created",
      line: 172,
      title: "The gateway is exposed as configured.",
      remediation: "Run `npm run up` again; read the error of the Service or Ingress if it fails.",
      docs: "docs/certificates.md#the-nlb-in-front-of-nginx",
      method: "live",
      check: { probe: "health/gateway-exposure", finding: "created", target: "environment" },
    },
    {
      id: "deploy.execution.ingress.address",
      line: 173,
      title: "The gateway has an external address.",
      remediation: "Read the events of the Service or Ingress, and wait for the address.",
      docs: "docs/runbooks/gateway.md#publicendpointdown",
      method: "live",
      check: { probe: "health/gateway-exposure", finding: "address", target: "environment" },
      records: "the address",
    },
    {
      id: "deploy.execution.ingress.dns",
      line: 174,
      title: "The public name resolves to the gateway's address.",
      remediation: "Correct the DNS record, or wait until it has propagated.",
      docs: "docs/runbooks/gateway.md#publicendpointdown",
      environments: DEPLOYED_ENVIRONMENTS,
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
    docs: "docs/deploy.md#what-up-does",
    line: 176,
    title: "Step 7: network policies",
    priority: "high",
  },
  [
    {
      id: "deploy.execution.network-policies.applied",
      line: 177,
      title: "NetworkPolicies deny all traffic outside the plan; skipping them requires a waiver.",
      remediation:
        "Run `npm run up` again, and check that the cluster's network plugin enforces NetworkPolicies.",
      docs: "docs/eks-best-practices.md#security-pods-network-data",
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
    docs: "docs/deploy.md#what-up-does",
    line: 180,
    title: "Step 8: autoscaling",
    priority: "medium",
  },
  [
    {
      id: "deploy.execution.autoscaling.configured",
      line: 181,
      title: "The autoscaler controls the number of servers; skipping it requires a waiver.",
      remediation: "Set the scaling of the pool to autoscaled, or waive the item.",
      docs: "docs/runbooks/kubernetes.md#autoscaleratmaximum",
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
