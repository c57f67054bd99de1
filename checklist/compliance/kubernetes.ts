import { type Framework, met, notAssessed, partly } from "./types.ts";

const POD_HARDENING = ["require-container-security-context", "require-pod-security-context"];

/** CIS Amazon EKS Benchmark. */
export const cisEks: Framework = {
  id: "cis-eks",
  name: "CIS Amazon EKS Benchmark",
  version: "1.5.0",
  source: "https://github.com/aquasecurity/kube-bench/tree/main/cfg/eks-1.5.0",
  scope:
    "The sections on control plane logging, policies and managed services. Section 3 (worker nodes) is omitted: with Auto Mode, AWS configures the nodes.",
  controls: [
    met("2.1.1", "Enable audit Logs", { rules: ["enable-control-plane-logging"] }),
    met("4.1.1", "Ensure that the cluster-admin role is only used where required", {
      rules: ["require-eks-access-entries", "disallow-rbac-wildcards"],
    }),
    partly(
      "4.1.2",
      "Minimize access to secrets",
      { rules: ["disallow-rbac-wildcards"], tests: ["test/reference/access-control.test.ts"] },
      "The roles of this deployment grant no access to Secrets; roles of other tenants of the cluster are not read.",
    ),
    met("4.1.3", "Minimize wildcard use in Roles and ClusterRoles", { rules: ["disallow-rbac-wildcards"] }),
    partly(
      "4.1.5",
      "Ensure that default service accounts are not actively used",
      { rules: ["disallow-unused-service-account-tokens"] },
      "Pods without a role mount no token; that each has a ServiceAccount of its own is not checked.",
    ),
    met("4.1.6", "Ensure that Service Account Tokens are only mounted where necessary", {
      rules: ["disallow-unused-service-account-tokens"],
    }),
    notAssessed(
      "4.1.8",
      "Limit use of the Bind, Impersonate and Escalate permissions in the Kubernetes cluster",
      "No rule reads these verbs; wildcards, which would include them, are rejected.",
    ),
    met("4.2.1", "Minimize the admission of privileged containers", {
      rules: ["disallow-privileged-containers", "enforce-pod-security"],
    }),
    met("4.2.2", "Minimize the admission of containers wishing to share the host process ID namespace", {
      rules: ["disallow-host-access", "enforce-pod-security"],
    }),
    met("4.2.3", "Minimize the admission of containers wishing to share the host IPC namespace", {
      rules: ["disallow-host-access", "enforce-pod-security"],
    }),
    met("4.2.4", "Minimize the admission of containers wishing to share the host network namespace", {
      rules: ["disallow-host-access", "enforce-pod-security"],
    }),
    met("4.2.5", "Minimize the admission of containers with allowPrivilegeEscalation", {
      rules: ["require-container-security-context", "enforce-pod-security"],
    }),
    partly(
      "4.3.1",
      "Ensure CNI plugin supports network policies",
      { probes: ["health/network-isolation"] },
      "Verified on a running cluster only.",
    ),
    met("4.3.2", "Ensure that all Namespaces have Network Policies defined", {
      rules: ["require-default-deny-network-policy"],
      probes: ["health/network-policies"],
    }),
    partly(
      "4.4.1",
      "Prefer using secrets as files over secrets as environment variables",
      { rules: ["disallow-plaintext-secrets"] },
      "The game server reads its secrets from environment variables that reference Secrets; the other workloads mount files.",
    ),
    met(
      "4.4.2",
      "Consider external secret storage",
      { tests: ["test/secrets/secrets-manager-mirror.test.ts"] },
      "Generated secrets are mirrored to AWS Secrets Manager.",
    ),
    met("4.5.1", "Create administrative boundaries between resources using namespaces", {
      rules: ["restrict-pod-namespaces", "restrict-secret-namespaces"],
    }),
    met("4.5.2", "Apply Security Context to Your Pods and Containers", { rules: POD_HARDENING }),
    met("4.5.3", "The default namespace should not be used", { rules: ["restrict-pod-namespaces"] }),
    met(
      "5.1.1",
      "Ensure Image Vulnerability Scanning using Amazon ECR image scanning or a third party provider",
      { tests: ["test/aws/image-registry.test.ts"] },
    ),
    notAssessed(
      "5.1.2",
      "Minimize user access to Amazon ECR",
      "Access of users to the account is outside this program.",
    ),
    partly(
      "5.1.4",
      "Minimize Container Registries to only those approved",
      { rules: ["require-pinned-images"] },
      "Every image names its registry; there is no list of approved ones.",
    ),
    met("5.2.1", "Prefer using dedicated Amazon EKS Service Accounts", { rules: ["require-pod-identity"] }),
    met(
      "5.3.1",
      "Ensure Kubernetes Secrets are encrypted using Customer Master Keys (CMKs) managed in AWS KMS",
      { rules: ["require-eks-secrets-encryption", "enable-kms-key-rotation"] },
    ),
    met("5.4.1", "Restrict Access to the Control Plane Endpoint", { rules: ["restrict-api-endpoint"] }),
    partly(
      "5.4.2",
      "Ensure clusters are created with Private Endpoint Enabled and Public Access Disabled",
      { rules: ["restrict-api-endpoint"] },
      "The public endpoint may be enabled for listed address ranges.",
    ),
    met("5.4.3", "Ensure clusters are created with Private Nodes", {
      rules: ["disallow-public-node-addresses"],
    }),
    met("5.4.4", "Ensure Network Policy is Enabled and set as appropriate", {
      rules: ["require-default-deny-network-policy"],
      probes: ["health/network-isolation"],
    }),
    met(
      "5.4.5",
      "Encrypt traffic to HTTPS load balancers with TLS certificates",
      { rules: ["restrict-tls-versions", "require-gateway-tls-secret"], probes: ["smoke/tls-certificate"] },
      "The load balancer passes TCP through; the gateway ends TLS.",
    ),
    met(
      "5.5.1",
      "Manage Kubernetes RBAC users with AWS IAM Authenticator for Kubernetes",
      { rules: ["require-eks-access-entries"] },
      "Access entries, the successor of the authenticator's ConfigMap.",
    ),
  ],
};

/** NSA and CISA, Kubernetes Hardening Guidance; it numbers no controls, so the IDs are its chapters. */
export const nsaCisa: Framework = {
  id: "nsa-cisa",
  name: "NSA/CISA Kubernetes Hardening Guidance",
  version: "1.2",
  source:
    "https://www.nsa.gov/Press-Room/News-Highlights/Article/Article/2716980/nsa-cisa-release-kubernetes-hardening-guidance/",
  scope: "The guidance numbers no controls; the rows are its chapters.",
  controls: [
    partly(
      "pod-security",
      "Kubernetes Pod security",
      {
        rules: [
          ...POD_HARDENING,
          "disallow-privileged-containers",
          "disallow-host-access",
          "enforce-pod-security",
          "disallow-unused-service-account-tokens",
        ],
      },
      "Images in ECR are scanned; images of other registries are only pinned.",
    ),
    met("network-separation", "Network separation and hardening", {
      rules: [
        "require-default-deny-network-policy",
        "restrict-game-server-ingress",
        "restrict-postgres-ingress",
        "restrict-redis-ingress",
        "require-eks-secrets-encryption",
        "require-container-port-tls",
      ],
      probes: ["health/network-isolation"],
    }),
    met("authentication", "Authentication and authorization", {
      rules: ["require-eks-access-entries", "disallow-rbac-wildcards"],
      tests: ["test/reference/access-control.test.ts"],
    }),
    partly(
      "audit-logging",
      "Audit logging and threat detection",
      {
        rules: [
          "enable-control-plane-logging",
          "require-separate-audit-log",
          "require-log-shipping",
          "require-log-retention",
        ],
        probes: ["health/log-shipping"],
      },
      "Alerts evaluate the product's metrics; nothing evaluates the control plane's audit log.",
    ),
    partly(
      "upgrading",
      "Upgrading and application security practices",
      {
        rules: ["require-add-on-version", "require-pinned-images"],
        items: ["pre.infrastructure.cluster-version", "sign-off.approval.security-audit"],
      },
      "Versions are pinned and reviewed; no check compares them with published vulnerabilities.",
    ),
  ],
};

/** Kubernetes Pod Security Standards. */
export const podSecurityStandards: Framework = {
  id: "pss",
  name: "Pod Security Standards",
  version: "restricted",
  source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  scope:
    "Every control of the profiles baseline and restricted that applies to Linux pods. The namespace of the node exporters has the profile privileged, because it reads listed directories of the host.",
  controls: [
    met("privileged", "Privileged Containers", {
      rules: ["disallow-privileged-containers", "enforce-pod-security"],
    }),
    met("host-namespaces", "Host Namespaces", { rules: ["disallow-host-access"] }),
    met(
      "host-path",
      "HostPath Volumes",
      { rules: ["disallow-host-access"] },
      "The log shipper and the node exporter read listed directories.",
    ),
    met("host-ports", "Host Ports", { rules: ["disallow-host-access"] }),
    met("capabilities", "Capabilities", { rules: ["require-container-security-context"] }),
    met("proc-mount", "/proc Mount Type", { rules: ["disallow-privileged-containers"] }),
    met("seccomp", "Seccomp", { rules: ["require-pod-security-context"] }),
    met("privilege-escalation", "Privilege Escalation", { rules: ["require-container-security-context"] }),
    met("run-as-non-root", "Running as Non-root", { rules: ["require-pod-security-context"] }),
    met(
      "selinux-sysctls",
      "SELinux, AppArmor and Sysctls",
      { rules: ["enforce-pod-security"], tests: ["test/e2e/kubernetes/admission.test.ts"] },
      "Enforced by the API server at admission.",
    ),
  ],
};
