import { defineDerivedSection } from "../define-section.ts";

const security = defineDerivedSection(
  {
    id: "pre.security",
    seedSection: "Security configuration",
    count: 15,
    title: "Security",
    phase: "pre-deployment",
    timing: "before",
    priority: "critical",
    owner: "security-reviewer",
    docs: "docs/eks-best-practices.md",
  },
  [
    {
      id: "pre.security.secrets-random",
      title: "Each of the 13 secrets is generated from its own 32 random bytes.",
      docs: "docs/configuration.md",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.security.secrets-concealed",
      title:
        "No environment variable, argument, annotation, label or ConfigMap contains a secret in plaintext.",
      docs: "docs/configuration.md",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.security.pod-security",
      title:
        "Every namespace enforces the Pod Security level restricted, except the namespace of the node exporters.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.security.default-deny",
      title: "Every namespace has a default-deny NetworkPolicy for ingress and egress.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.security.containers-hardened",
      title: "Containers run as non-root, without capabilities and with a read-only root file system.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.security.no-api-token",
      title: "Pods whose ServiceAccount has no role do not mount a Kubernetes API token.",
      priority: "high",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.security.debug-ports-closed",
      title: "Outside local, the debug adapter port (6006) and the language server port (6005) are closed.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.security.meshing-internal",
      title: "Only game servers can reach the discovery port.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.security.tls-versions",
      title: "The gateway accepts only TLS 1.2 and TLS 1.3.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.security.headers",
      title:
        "The gateway sends Strict-Transport-Security and the other security headers with every response.",
      priority: "high",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.security.access-control",
      title: "The game server enables token authentication, RBAC, rate limits and intrusion detection.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.security.least-privilege",
      title:
        "IAM policies have no wildcard actions or principals, and no wildcard resources where avoidable.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["eks"],
    },
    {
      id: "pre.security.data-keys-scoped",
      title: "Only the game server can read the encryption keys of player and world data.",
      docs: "docs/configuration.md",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.security.rotation-practised",
      title: "A secret has been rotated in a running environment without failed requests.",
      priority: "high",
      docs: "docs/configuration.md",
      method: "drill",
      check: { drill: "secret-rotation" },
    },
    {
      id: "pre.security.release-signed",
      title: "The release is signed with a key that the operators trust.",
      owner: "release-engineer",
      method: "static",
      check: { kind: "check", check: "release/signature" },
    },
  ],
);

/** Seed document 000 (delivery summary 2.5.0): security before a deployment. */
export const readinessSecurity = [security];
