import { defineDerivedSection } from "../define-section.ts";

const infrastructure = defineDerivedSection(
  {
    id: "pre.infrastructure",
    seedSection: "Infrastructure validation",
    count: 10,
    title: "Infrastructure",
    phase: "pre-deployment",
    timing: "before",
    priority: "critical",
    owner: "operator",
    docs: "docs/eks-best-practices.md",
  },
  [
    {
      id: "pre.infrastructure.three-zones",
      title: "The cluster VPC spans three availability zones.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["eks"],
    },
    {
      id: "pre.infrastructure.private-nodes",
      title: "Subnets and NodeClasses do not assign public IP addresses.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["eks"],
    },
    {
      id: "pre.infrastructure.envelope-encryption",
      title: "EKS encrypts Kubernetes Secrets with a customer managed KMS key that rotates automatically.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["eks"],
    },
    {
      id: "pre.infrastructure.control-plane-logs",
      title: "All five control plane log types are enabled.",
      priority: "high",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["eks"],
    },
    {
      id: "pre.infrastructure.access-entries",
      title: "EKS grants cluster access through access entries only.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["eks"],
    },
    {
      id: "pre.infrastructure.add-ons-pinned",
      title: "Every cluster add-on is pinned to a version.",
      priority: "high",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["eks"],
    },
    {
      id: "pre.infrastructure.workload-identity",
      title: "Workloads use EKS Pod Identity; no IAM users or static access keys exist.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["eks"],
    },
    {
      id: "pre.infrastructure.cluster-version",
      title: "The cluster responds and runs a Kubernetes version that this release supports.",
      method: "live",
      check: { probe: "preflight/cluster-version", target: "platform" },
      appliesWhen: ["cluster-exists"],
    },
    {
      id: "pre.infrastructure.capacity",
      title: "The cluster can schedule every pod of the plan, plus one more per workload during a rollout.",
      method: "live",
      check: { probe: "preflight/cluster-capacity", target: "platform" },
      records: "requested and allocatable CPU and memory",
      appliesWhen: ["cluster-exists"],
    },
    {
      id: "pre.infrastructure.storage-class",
      title: "The storage class of the plan exists and allows volume expansion.",
      method: "live",
      check: { probe: "preflight/storage-class", target: "platform" },
      appliesWhen: ["cluster-exists"],
    },
  ],
);

const configuration = defineDerivedSection(
  {
    id: "pre.configuration",
    seedSection: "Configuration management",
    count: 12,
    title: "Configuration",
    phase: "pre-deployment",
    timing: "before",
    priority: "critical",
    owner: "operator",
    docs: "docs/configuration.md",
  },
  [
    {
      id: "pre.configuration.schema",
      title: "The stack file has all required keys and no unknown ones.",
      method: "static",
      check: { kind: "check", check: "config/schema" },
    },
    {
      id: "pre.configuration.variables-complete",
      title: "All 119 environment variables of the game server are set once, and each is read.",
      method: "static",
      check: { kind: "check", check: "config/variables-complete" },
    },
    {
      id: "pre.configuration.owner-values",
      title: "The platform owner has supplied every real value; no example value is left.",
      method: "static",
      check: { kind: "check", check: "config/no-example-values" },
    },
    {
      id: "pre.configuration.alternatives",
      title: "The selected cluster, database, Redis, certificates, exposure and logs are compatible.",
      method: "static",
      check: { kind: "check", check: "config/alternatives" },
    },
    {
      id: "pre.configuration.ports",
      title: "HTTP, telemetry and meshing use the ports of the contract, and no port is used twice.",
      priority: "high",
      method: "static",
      check: { kind: "check", check: "config/ports" },
    },
    {
      id: "pre.configuration.debug-flags",
      title: "Outside local, debug and development flags are disabled.",
      method: "static",
      check: { kind: "check", check: "config/debug-flags" },
    },
    {
      id: "pre.configuration.feature-flags",
      title: "Every router of a later phase is explicitly on or off, and its requirements are met.",
      priority: "medium",
      method: "static",
      check: { kind: "check", check: "config/feature-flags" },
    },
    {
      id: "pre.configuration.secrets-encrypted",
      title: "Supplied credentials are encrypted in the stack file.",
      owner: "security-reviewer",
      method: "static",
      check: { kind: "check", check: "repository/secret-config" },
    },
    {
      id: "pre.configuration.images-pinned",
      title: "The game server's image is pinned by digest, every other image by exact version or digest.",
      owner: "release-engineer",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.configuration.rolls-consumers",
      title:
        "A changed ConfigMap or Secret triggers a rolling restart of the workloads that read it, and of no others.",
      priority: "high",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.configuration.resources",
      title: "Every container sets CPU and memory requests and a memory limit.",
      priority: "high",
      docs: "docs/eks-best-practices.md",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.configuration.reviewed-plan",
      title: "The plan to be deployed equals the golden plan that was reviewed with the change.",
      method: "static",
      check: { kind: "check", check: "repository/golden-plans" },
    },
  ],
);

/** Seed document 000 (delivery summary 2.5.0): infrastructure and configuration before a deployment. */
export const readinessInfrastructure = [infrastructure, configuration];
