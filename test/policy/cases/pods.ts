import { askReadinessApart } from "../../../policy/rules/pods/ask-readiness-apart.ts";
import { drainBeforeStop } from "../../../policy/rules/pods/drain-before-stop.ts";
import { outlastDrain } from "../../../policy/rules/pods/outlast-drain.ts";
import { setProbes } from "../../../policy/rules/pods/set-probes.ts";
import { setResources } from "../../../policy/rules/pods/set-resources.ts";
import { startUnderTini } from "../../../policy/rules/pods/start-under-tini.ts";
import {
  all,
  CONTAINER,
  ENVIRONMENT,
  GAME,
  GATEWAY,
  POD,
  remove,
  set,
  unknownAt,
  variable,
  withoutPods,
} from "./changes.ts";
import type { RuleCases } from "./types.ts";

const DRAIN = "GODOT_DRAIN_TIMEOUT_SECONDS";
const PRE_STOP = `${CONTAINER}.lifecycle.preStop`;
const GRACE = `${POD}.terminationGracePeriodSeconds`;

export const podCases: readonly RuleCases[] = [
  {
    rule: setResources,
    complies: [
      {
        title: "a debugging container, which may have none",
        change: set(GAME, `${POD}.ephemeralContainers`, [{ name: "debugger" }]),
      },
    ],
    violations: [
      {
        title: "no resources",
        change: set(GAME, `${CONTAINER}.resources`, undefined),
        finds: [
          "game-server-main-deployment spec.template.spec.containers[0].resources.limits.memory: resources.limits.memory is missing",
          "game-server-main-deployment spec.template.spec.containers[0].resources.requests.cpu: resources.requests.cpu is missing",
          "game-server-main-deployment spec.template.spec.containers[0].resources.requests.memory: resources.requests.memory is missing",
        ],
      },
      {
        title: "no memory limit",
        change: set(GAME, `${CONTAINER}.resources.limits`, { cpu: "1" }),
        finds: [
          "game-server-main-deployment spec.template.spec.containers[0].resources.limits.memory: resources.limits.memory is missing",
        ],
      },
      {
        title: "no request for CPU",
        change: set(GAME, `${CONTAINER}.resources.requests`, { memory: "1Gi" }),
        finds: [
          "game-server-main-deployment spec.template.spec.containers[0].resources.requests.cpu: resources.requests.cpu is missing",
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GAME, `${CONTAINER}.resources.limits`)],
  },
  {
    rule: setProbes,
    violations: [
      {
        title: "no readiness probe",
        change: set(GAME, `${CONTAINER}.readinessProbe`, undefined),
        finds: [
          "game-server-main-deployment spec.template.spec.containers[0].readinessProbe: readinessProbe asks nothing",
        ],
      },
      {
        title: "a probe that asks nothing",
        change: set(GAME, `${CONTAINER}.livenessProbe`, { periodSeconds: 10 }),
        finds: [
          "game-server-main-deployment spec.template.spec.containers[0].livenessProbe: livenessProbe asks nothing",
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GAME, `${CONTAINER}.livenessProbe`)],
  },
  {
    rule: askReadinessApart,
    violations: [
      {
        title: "readiness on the path of life",
        change: set(GAME, `${CONTAINER}.readinessProbe.httpGet.path`, "/health"),
        finds: [
          'game-server-main-deployment spec.template.spec.containers[0].readinessProbe.httpGet.path: the path of readinessProbe is "/health", not "/ready"',
        ],
      },
      {
        title: "life on the path of readiness",
        change: set(GAME, `${CONTAINER}.livenessProbe.httpGet.path`, "/ready"),
        finds: [
          'game-server-main-deployment spec.template.spec.containers[0].livenessProbe.httpGet.path: the path of livenessProbe is "/ready", not "/health"',
        ],
      },
      {
        title: "no startup probe",
        change: set(GAME, `${CONTAINER}.startupProbe`, undefined),
        finds: [
          'game-server-main-deployment spec.template.spec.containers[0].startupProbe.httpGet.path: the path of startupProbe is missing, not "/health"',
        ],
      },
    ],
    notApplicable: { change: remove(GAME) },
    unknown: [unknownAt(GAME, `${CONTAINER}.readinessProbe.httpGet.path`)],
  },
  {
    rule: startUnderTini,
    violations: [
      {
        title: "Godot as the first process",
        change: set(GAME, `${CONTAINER}.command`, ["/usr/local/bin/spacetime-server"]),
        finds: [
          'game-server-main-deployment spec.template.spec.containers[0].command[0]: the first process is "/usr/local/bin/spacetime-server"',
        ],
      },
      {
        title: "whatever the image starts",
        change: set(GAME, `${CONTAINER}.command`, undefined),
        finds: [
          "game-server-main-deployment spec.template.spec.containers[0].command[0]: the first process is missing",
        ],
      },
    ],
    notApplicable: { change: remove(GAME) },
    unknown: [unknownAt(GAME, `${CONTAINER}.command`)],
  },
  {
    rule: drainBeforeStop,
    violations: [
      {
        title: "no hook",
        change: set(GAME, `${CONTAINER}.lifecycle`, undefined),
        finds: [
          "game-server-main-deployment spec.template.spec.containers[0].lifecycle.preStop.exec.command[0]: the hook before the stop is missing",
        ],
      },
      {
        title: "a hook that only waits",
        change: set(GAME, PRE_STOP, { sleep: { seconds: 60 } }),
        finds: [
          "game-server-main-deployment spec.template.spec.containers[0].lifecycle.preStop.exec.command[0]: the hook before the stop is missing",
        ],
      },
      {
        title: "another command",
        change: set(GAME, `${PRE_STOP}.exec.command`, ["sleep", "60"]),
        finds: [
          'game-server-main-deployment spec.template.spec.containers[0].lifecycle.preStop.exec.command[0]: the hook before the stop is "sleep"',
        ],
      },
    ],
    notApplicable: { change: remove(GAME) },
    unknown: [unknownAt(GAME, `${CONTAINER}.lifecycle`)],
  },
  {
    rule: outlastDrain,
    complies: [{ title: "a shorter drain", change: variable(DRAIN, "10") }],
    violations: [
      {
        title: "a drain as long as the grace period",
        change: all(variable(DRAIN, "100"), set(GAME, GRACE, 100)),
        finds: [
          'game-server-main-deployment spec.template.spec.terminationGracePeriodSeconds: 100 seconds of grace do not outlast a drain of "100" seconds',
        ],
      },
      {
        title: "no grace period: then it is 30 seconds",
        change: all(variable(DRAIN, "60"), set(GAME, GRACE, undefined)),
        finds: [
          'game-server-main-deployment spec.template.spec.terminationGracePeriodSeconds: 30 seconds of grace do not outlast a drain of "60" seconds',
        ],
      },
      {
        title: "a wait that is too long",
        change: all(set(GATEWAY, GRACE, 300), set(GATEWAY, PRE_STOP, { sleep: { seconds: 400 } })),
        finds: [
          "gateway-deployment spec.template.spec.terminationGracePeriodSeconds: 300 seconds of grace do not outlast a drain of 400 seconds",
        ],
      },
      {
        title: "a sleep that is too long",
        change: all(set(GATEWAY, GRACE, 300), set(GATEWAY, `${PRE_STOP}.exec.command`, ["sleep", "400"])),
        finds: [
          'gateway-deployment spec.template.spec.terminationGracePeriodSeconds: 300 seconds of grace do not outlast a drain of "400" seconds',
        ],
      },
      {
        title: "a drain that is no number",
        change: all(variable(DRAIN, "long"), set(GAME, GRACE, 300)),
        finds: [
          'game-server-main-deployment spec.template.spec.terminationGracePeriodSeconds: 300 seconds of grace do not outlast a drain of "long" seconds',
        ],
      },
    ],
    notApplicable: {
      change: all(
        set(GAME, `${CONTAINER}.lifecycle`, undefined),
        set(GATEWAY, `${CONTAINER}.lifecycle`, undefined),
        set(GATEWAY, `${POD}.containers[1].lifecycle`, undefined),
      ),
    },
    unknown: [unknownAt(GAME, GRACE), unknownAt(ENVIRONMENT, `data.${DRAIN}`)],
  },
];
