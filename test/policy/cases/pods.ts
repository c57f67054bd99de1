import { limitDrainToGracePeriod } from "../../../policy/rules/pods/limit-drain-to-grace-period.ts";
import { requirePreStopDrain } from "../../../policy/rules/pods/require-pre-stop-drain.ts";
import { requireProbes } from "../../../policy/rules/pods/require-probes.ts";
import { requireResourceRequestsAndLimits } from "../../../policy/rules/pods/require-resource-requests-and-limits.ts";
import { requireSeparateReadinessProbe } from "../../../policy/rules/pods/require-separate-readiness-probe.ts";
import { requireTini } from "../../../policy/rules/pods/require-tini.ts";
import {
  CONTAINER,
  combine,
  ENVIRONMENT,
  GAME,
  GATEWAY,
  POD,
  remove,
  set,
  setVariable,
  unknownAt,
  withoutPods,
} from "./changes.ts";
import type { RuleCases } from "./rule-cases.ts";

const DRAIN = "GODOT_DRAIN_TIMEOUT_SECONDS";
const PRE_STOP = `${CONTAINER}.lifecycle.preStop`;
const GRACE = `${POD}.terminationGracePeriodSeconds`;

export const podCases: readonly RuleCases[] = [
  {
    rule: requireResourceRequestsAndLimits,
    compliant: [
      {
        title: "an ephemeral container, which cannot have resources",
        change: set(GAME, `${POD}.ephemeralContainers`, [{ name: "debugger" }]),
      },
    ],
    violations: [
      {
        title: "no resources",
        change: set(GAME, `${CONTAINER}.resources`, undefined),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].resources.limits.memory: resources.limits.memory is missing",
          "game-server-main-deployment spec.template.spec.containers[0].resources.requests.cpu: resources.requests.cpu is missing",
          "game-server-main-deployment spec.template.spec.containers[0].resources.requests.memory: resources.requests.memory is missing",
        ],
      },
      {
        title: "no memory limit",
        change: set(GAME, `${CONTAINER}.resources.limits`, { cpu: "1" }),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].resources.limits.memory: resources.limits.memory is missing",
        ],
      },
      {
        title: "no CPU request",
        change: set(GAME, `${CONTAINER}.resources.requests`, { memory: "1Gi" }),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].resources.requests.cpu: resources.requests.cpu is missing",
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GAME, `${CONTAINER}.resources.limits`)],
  },
  {
    rule: requireProbes,
    violations: [
      {
        title: "no readiness probe",
        change: set(GAME, `${CONTAINER}.readinessProbe`, undefined),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].readinessProbe: readinessProbe has no handler",
        ],
      },
      {
        title: "a probe without a handler",
        change: set(GAME, `${CONTAINER}.livenessProbe`, { periodSeconds: 10 }),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].livenessProbe: livenessProbe has no handler",
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GAME, `${CONTAINER}.livenessProbe`)],
  },
  {
    rule: requireSeparateReadinessProbe,
    violations: [
      {
        title: "the readiness probe uses the liveness path",
        change: set(GAME, `${CONTAINER}.readinessProbe.httpGet.path`, "/health"),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].readinessProbe.httpGet.path: the path of readinessProbe is "/health", not "/ready"',
        ],
      },
      {
        title: "the liveness probe uses the readiness path",
        change: set(GAME, `${CONTAINER}.livenessProbe.httpGet.path`, "/ready"),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].livenessProbe.httpGet.path: the path of livenessProbe is "/ready", not "/health"',
        ],
      },
      {
        title: "no startup probe",
        change: set(GAME, `${CONTAINER}.startupProbe`, undefined),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].startupProbe.httpGet.path: the path of startupProbe is missing, not "/health"',
        ],
      },
    ],
    notApplicable: { change: remove(GAME) },
    unknown: [unknownAt(GAME, `${CONTAINER}.readinessProbe.httpGet.path`)],
  },
  {
    rule: requireTini,
    violations: [
      {
        title: "Godot is process 1",
        change: set(GAME, `${CONTAINER}.command`, ["/usr/local/bin/spacetime-server"]),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].command[0]: process 1 is "/usr/local/bin/spacetime-server"',
        ],
      },
      {
        title: "no command",
        change: set(GAME, `${CONTAINER}.command`, undefined),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].command[0]: process 1 is missing",
        ],
      },
    ],
    notApplicable: { change: remove(GAME) },
    unknown: [unknownAt(GAME, `${CONTAINER}.command`)],
  },
  {
    rule: requirePreStopDrain,
    violations: [
      {
        title: "no preStop hook",
        change: set(GAME, `${CONTAINER}.lifecycle`, undefined),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].lifecycle.preStop.exec.command[0]: the preStop hook is missing",
        ],
      },
      {
        title: "a preStop hook that only sleeps",
        change: set(GAME, PRE_STOP, { sleep: { seconds: 60 } }),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].lifecycle.preStop.exec.command[0]: the preStop hook is missing",
        ],
      },
      {
        title: "a preStop hook with another command",
        change: set(GAME, `${PRE_STOP}.exec.command`, ["sleep", "60"]),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].lifecycle.preStop.exec.command[0]: the preStop hook is "sleep"',
        ],
      },
    ],
    notApplicable: { change: remove(GAME) },
    unknown: [unknownAt(GAME, `${CONTAINER}.lifecycle`)],
  },
  {
    rule: limitDrainToGracePeriod,
    compliant: [{ title: "a shorter drain", change: setVariable(DRAIN, "10") }],
    violations: [
      {
        title: "a drain as long as the grace period",
        change: combine(setVariable(DRAIN, "100"), set(GAME, GRACE, 100)),
        findings: [
          "game-server-main-deployment spec.template.spec.terminationGracePeriodSeconds: terminationGracePeriodSeconds (100) must be greater than the preStop drain (100 s)",
        ],
      },
      {
        title: "no grace period, so that it defaults to 30 seconds",
        change: combine(setVariable(DRAIN, "60"), set(GAME, GRACE, undefined)),
        findings: [
          "game-server-main-deployment spec.template.spec.terminationGracePeriodSeconds: terminationGracePeriodSeconds (30) must be greater than the preStop drain (60 s)",
        ],
      },
      {
        title: "a preStop wait that is too long",
        change: combine(set(GATEWAY, GRACE, 300), set(GATEWAY, PRE_STOP, { sleep: { seconds: 400 } })),
        findings: [
          "gateway-deployment spec.template.spec.terminationGracePeriodSeconds: terminationGracePeriodSeconds (300) must be greater than the preStop drain (400 s)",
        ],
      },
      {
        title: "a preStop sleep that is too long",
        change: combine(set(GATEWAY, GRACE, 300), set(GATEWAY, `${PRE_STOP}.exec.command`, ["sleep", "400"])),
        findings: [
          "gateway-deployment spec.template.spec.terminationGracePeriodSeconds: terminationGracePeriodSeconds (300) must be greater than the preStop drain (400 s)",
        ],
      },
      {
        title: "a drain time that is not a number",
        change: combine(setVariable(DRAIN, "long"), set(GAME, GRACE, 300)),
        findings: [
          "game-server-main-deployment spec.template.spec.terminationGracePeriodSeconds: terminationGracePeriodSeconds (300) must be greater than the preStop drain (long s)",
        ],
      },
    ],
    notApplicable: {
      change: combine(
        set(GAME, `${CONTAINER}.lifecycle`, undefined),
        set(GATEWAY, `${CONTAINER}.lifecycle`, undefined),
        set(GATEWAY, `${POD}.containers[1].lifecycle`, undefined),
      ),
    },
    unknown: [unknownAt(GAME, GRACE), unknownAt(ENVIRONMENT, `data.${DRAIN}`)],
  },
];
