import { disallowHostAccess } from "../../../policy/rules/pods/disallow-host-access.ts";
import { disallowPrivilegedContainers } from "../../../policy/rules/pods/disallow-privileged-containers.ts";
import { disallowUnusedServiceAccountTokens } from "../../../policy/rules/pods/disallow-unused-service-account-tokens.ts";
import { requireContainerSecurityContext } from "../../../policy/rules/pods/require-container-security-context.ts";
import { requirePodSecurityContext } from "../../../policy/rules/pods/require-pod-security-context.ts";
import { add, CONTAINER, combine, GAME, POD, set, setSingleItem, unknownAt, withoutPods } from "./changes.ts";
import type { RuleCases } from "./rule-cases.ts";

const SECURITY = `${CONTAINER}.securityContext`;
const POD_SECURITY = `${POD}.securityContext`;

const TOKEN = `${POD}.automountServiceAccountToken`;

/** A role for the game server's ServiceAccount, which then may have a token. */
const boundIn = (namespace: string) =>
  add("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "bound", {
    metadata: { name: "bound", namespace },
    subjects: [{ kind: "ServiceAccount", name: "game-server", namespace }],
  });

const tokenVolume = { name: "token", projected: { sources: [{ serviceAccountToken: { path: "t" } }] } };

export const podSecurityCases: readonly RuleCases[] = [
  {
    rule: requireContainerSecurityContext,
    violations: [
      {
        title: "privilege escalation is allowed",
        change: set(GAME, `${SECURITY}.allowPrivilegeEscalation`, true),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation: privilege escalation is allowed",
        ],
      },
      {
        title: "a writable root file system",
        change: set(GAME, `${SECURITY}.readOnlyRootFilesystem`, false),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem: the root file system is writable",
        ],
      },
      {
        title: "some capabilities are kept",
        change: set(GAME, `${SECURITY}.capabilities.drop`, ["NET_RAW"]),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].securityContext.capabilities.drop: the container does not drop all capabilities",
        ],
      },
      {
        title: "an ephemeral container without a security context",
        change: set(GAME, `${POD}.ephemeralContainers`, [{ name: "debugger" }]),
        findings: [
          "game-server-main-deployment spec.template.spec.ephemeralContainers[0].securityContext.allowPrivilegeEscalation: privilege escalation is allowed",
          "game-server-main-deployment spec.template.spec.ephemeralContainers[0].securityContext.capabilities.drop: the container does not drop all capabilities",
          "game-server-main-deployment spec.template.spec.ephemeralContainers[0].securityContext.readOnlyRootFilesystem: the root file system is writable",
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GAME, SECURITY), unknownAt(GAME, `${SECURITY}.capabilities.drop`)],
  },
  {
    rule: requirePodSecurityContext,
    violations: [
      {
        title: "runAsNonRoot is not set",
        change: set(GAME, `${POD_SECURITY}.runAsNonRoot`, false),
        findings: [
          "game-server-main-deployment spec.template.spec.securityContext.runAsNonRoot: the pod may run as root",
        ],
      },
      {
        title: "runAsUser is 0",
        change: set(GAME, `${POD_SECURITY}.runAsUser`, 0),
        findings: [
          "game-server-main-deployment spec.template.spec.securityContext.runAsUser: runAsUser must be above 0 (0)",
        ],
      },
      {
        title: "runAsUser is not set",
        change: set(GAME, `${POD_SECURITY}.runAsUser`, undefined),
        findings: [
          "game-server-main-deployment spec.template.spec.securityContext.runAsUser: runAsUser must be above 0 (missing)",
        ],
      },
      {
        title: "an unconfined seccomp profile",
        change: set(GAME, `${POD_SECURITY}.seccompProfile.type`, "Unconfined"),
        findings: [
          'game-server-main-deployment spec.template.spec.securityContext.seccompProfile.type: the seccomp profile does not filter system calls ("Unconfined")',
        ],
      },
      {
        title: "a container that overrides the pod's security context",
        change: combine(
          set(GAME, `${SECURITY}.runAsNonRoot`, false),
          set(GAME, `${SECURITY}.runAsUser`, 0),
          set(GAME, `${SECURITY}.seccompProfile.type`, "Unconfined"),
        ),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].securityContext.runAsNonRoot: the container may run as root",
          "game-server-main-deployment spec.template.spec.containers[0].securityContext.runAsUser: the container runs as root",
          'game-server-main-deployment spec.template.spec.containers[0].securityContext.seccompProfile.type: the container\'s seccomp profile does not filter system calls ("Unconfined")',
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GAME, `${POD_SECURITY}.runAsUser`), unknownAt(GAME, `${SECURITY}.runAsUser`)],
  },
  {
    rule: disallowPrivilegedContainers,
    compliant: [
      {
        title: "explicitly unprivileged",
        change: combine(
          set(GAME, `${SECURITY}.privileged`, false),
          set(GAME, `${SECURITY}.procMount`, "Default"),
        ),
      },
    ],
    violations: [
      {
        title: "a privileged container",
        change: set(GAME, `${SECURITY}.privileged`, true),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].securityContext.privileged: the container is privileged",
        ],
      },
      {
        title: "an added capability",
        change: set(GAME, `${SECURITY}.capabilities.add`, ["SYS_ADMIN"]),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].securityContext.capabilities.add[0]: capability "SYS_ADMIN" is added',
        ],
      },
      {
        title: "an unmasked /proc",
        change: set(GAME, `${SECURITY}.procMount`, "Unmasked"),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].securityContext.procMount: /proc is not masked",
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GAME, `${SECURITY}.privileged`)],
  },
  {
    rule: disallowHostAccess,
    compliant: [{ title: "host access explicitly disabled", change: set(GAME, `${POD}.hostNetwork`, false) }],
    violations: [
      {
        title: "a writable hostPath mount",
        change: set("logging-daemon-set", `${CONTAINER}.volumeMounts[1].readOnly`, false),
        findings: [
          "logging-daemon-set spec.template.spec.containers[0].volumeMounts[1].readOnly: the hostPath volume is not mounted read-only",
        ],
      },
      {
        title: "a hostPath outside the workload's allowed directories",
        change: set("logging-daemon-set", `${POD}.volumes[1].hostPath`, { path: "/etc" }),
        findings: [
          'logging-daemon-set spec.template.spec.volumes[1].hostPath: the volume is a hostPath ({"path":"/etc"})',
        ],
      },
      {
        title: "the host network",
        change: set(GAME, `${POD}.hostNetwork`, true),
        findings: ["game-server-main-deployment spec.template.spec.hostNetwork: hostNetwork is enabled"],
      },
      {
        title: "the host's PID and IPC namespaces",
        change: combine(set(GAME, `${POD}.hostPID`, true), set(GAME, `${POD}.hostIPC`, true)),
        findings: [
          "game-server-main-deployment spec.template.spec.hostIPC: hostIPC is enabled",
          "game-server-main-deployment spec.template.spec.hostPID: hostPID is enabled",
        ],
      },
      {
        title: "a hostPath volume",
        change: setSingleItem(GAME, `${POD}.volumes`, { name: "node", hostPath: { path: "/var/run" } }),
        findings: [
          'game-server-main-deployment spec.template.spec.volumes[0].hostPath: the volume is a hostPath ({"path":"/var/run"})',
        ],
      },
      {
        title: "a host port",
        change: set(GAME, `${CONTAINER}.ports[0].hostPort`, 8080),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].ports[0].hostPort: the container sets hostPort (8080)",
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GAME, `${POD}.hostNetwork`), unknownAt(GAME, `${POD}.volumes`)],
  },
  {
    rule: disallowUnusedServiceAccountTokens,
    compliant: [
      {
        title: "a token for a ServiceAccount with a role",
        change: combine(boundIn("spacetime"), set(GAME, TOKEN, true)),
      },
    ],
    violations: [
      {
        title: "a mounted token",
        change: set(GAME, TOKEN, true),
        findings: [
          "game-server-main-deployment spec.template.spec.automountServiceAccountToken: the pod mounts a service account token that it does not need",
        ],
      },
      {
        title: "automountServiceAccountToken is not set in the pod",
        change: set(GAME, TOKEN, undefined),
        findings: [
          "game-server-main-deployment spec.template.spec.automountServiceAccountToken: the pod mounts a service account token that it does not need",
        ],
      },
      {
        title: "a token in a projected volume",
        change: setSingleItem(GAME, `${POD}.volumes`, tokenVolume),
        findings: [
          "game-server-main-deployment spec.template.spec.volumes[0].projected.sources[0].serviceAccountToken: a projected volume mounts a service account token that the pod does not need",
        ],
      },
      {
        title: "a role for the same ServiceAccount name in another namespace",
        change: combine(boundIn("elsewhere"), set(GAME, TOKEN, true)),
        findings: [
          "game-server-main-deployment spec.template.spec.automountServiceAccountToken: the pod mounts a service account token that it does not need",
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GAME, TOKEN)],
  },
];
