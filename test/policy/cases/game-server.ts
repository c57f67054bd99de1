import { declareAuditLogging } from "../../../policy/rules/game-server/declare-audit-logging.ts";
import { enableHttpApi } from "../../../policy/rules/game-server/enable-http-api.ts";
import { nameEnvironment } from "../../../policy/rules/game-server/name-environment.ts";
import { storeVariables } from "../../../policy/rules/game-server/store-variables.ts";
import { switchOnAccessControl } from "../../../policy/rules/game-server/switch-on-access-control.ts";
import { add, all, CONTAINER, ENVIRONMENT, GAME, only, remove, set, unknownAt, variable } from "./changes.ts";
import type { RuleCases } from "./types.ts";

const ENTRIES = `${CONTAINER}.env`;

const notApplicable = { change: remove(GAME) };
const unknownVariable = (name: string) => unknownAt(ENVIRONMENT, `data.${name}`);

export const gameServerCases: readonly RuleCases[] = [
  {
    rule: enableHttpApi,
    violations: [
      {
        title: "switched off",
        change: variable("GODOT_ENABLE_HTTP_API", "false"),
        finds: [
          'game-server-environment data.GODOT_ENABLE_HTTP_API: GODOT_ENABLE_HTTP_API is "false" and must be "true": the API serves players and probes',
        ],
      },
      {
        title: "not set",
        change: variable("GODOT_ENABLE_HTTP_API", undefined),
        finds: [
          'game-server-environment data.GODOT_ENABLE_HTTP_API: GODOT_ENABLE_HTTP_API is missing and must be "true": the API serves players and probes',
        ],
      },
      {
        title: "overridden by the container",
        change: only(GAME, ENTRIES, { name: "GODOT_ENABLE_HTTP_API", value: "0" }),
        finds: [
          'game-server-main-deployment spec.template.spec.containers[0].env[0].value: GODOT_ENABLE_HTTP_API is "0" and must be "true": the API serves players and probes',
        ],
      },
      {
        title: "no ConfigMap at all",
        change: set(GAME, `${CONTAINER}.envFrom`, undefined),
        finds: [
          'game-server-main-deployment spec.template.spec.containers[0].envFrom: GODOT_ENABLE_HTTP_API is missing and must be "true": the API serves players and probes',
        ],
      },
      {
        title: "a later ConfigMap overrides it",
        change: all(
          add("kubernetes:core/v1:ConfigMap", "late", {
            metadata: { name: "late", namespace: "spacetime" },
            data: { GODOT_ENABLE_HTTP_API: "false" },
          }),
          only(GAME, `${CONTAINER}.envFrom`, { configMapRef: { name: "late" } }),
        ),
        finds: [
          'late data.GODOT_ENABLE_HTTP_API: GODOT_ENABLE_HTTP_API is "false" and must be "true": the API serves players and probes',
        ],
      },
    ],
    notApplicable,
    unknown: [
      unknownVariable("GODOT_ENABLE_HTTP_API"),
      unknownAt(GAME, `${CONTAINER}.envFrom[0].configMapRef.name`),
      unknownAt(GAME, `${CONTAINER}.env`),
    ],
  },
  {
    rule: nameEnvironment,
    complies: [],
    violations: [
      {
        title: "another environment's name",
        change: variable("GODOT_ENV", "staging"),
        finds: [
          'game-server-environment data.GODOT_ENV: GODOT_ENV is "staging" and must be "production": /status reports it',
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable("GODOT_ENV")],
  },
  {
    rule: storeVariables,
    violations: [
      {
        title: "no ConfigMap",
        change: set(GAME, `${CONTAINER}.envFrom`, []),
        finds: [
          "game-server-main-deployment spec.template.spec.containers[0].envFrom: the server takes no ConfigMap",
        ],
      },
      {
        title: "a ConfigMap of somebody else",
        change: set(GAME, `${CONTAINER}.envFrom[0].configMapRef.name`, "made-by-hand"),
        finds: [
          'game-server-main-deployment spec.template.spec.containers[0].envFrom[0].configMapRef.name: there is no ConfigMap "made-by-hand" in this deployment',
        ],
      },
      {
        title: "a ConfigMap that may be missing",
        change: set(GAME, `${CONTAINER}.envFrom[0].configMapRef.optional`, true),
        finds: [
          "game-server-main-deployment spec.template.spec.containers[0].envFrom[0].configMapRef.optional: the variables may be missing after a restart",
        ],
      },
      {
        title: "a secret that may be missing",
        change: set(GAME, `${ENTRIES}[0].valueFrom.secretKeyRef.optional`, true),
        finds: [
          'game-server-main-deployment spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.optional: "GODOT_API_TOKEN" may be missing after a restart',
        ],
      },
      {
        title: "a value that differs from pod to pod",
        change: only(GAME, ENTRIES, { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }),
        finds: [
          'game-server-main-deployment spec.template.spec.containers[0].env[0].valueFrom.fieldRef: "POD" differs from pod to pod',
        ],
      },
    ],
    notApplicable,
    unknown: [unknownAt(GAME, `${CONTAINER}.envFrom`)],
  },
  {
    rule: switchOnAccessControl,
    violations: [
      {
        title: "no tokens",
        change: variable("GODOT_JWT_ENABLED", "false"),
        finds: [
          'game-server-environment data.GODOT_JWT_ENABLED: GODOT_JWT_ENABLED is "false" and must be "true": without it everybody is everybody',
        ],
      },
      {
        title: "no roles",
        change: variable("GODOT_RBAC_ENABLED", "false"),
        finds: [
          'game-server-environment data.GODOT_RBAC_ENABLED: GODOT_RBAC_ENABLED is "false" and must be "true": without it every player is an operator',
        ],
      },
      {
        title: "no limits",
        change: variable("GODOT_RATE_LIMIT_ENABLED", "false"),
        finds: [
          'game-server-environment data.GODOT_RATE_LIMIT_ENABLED: GODOT_RATE_LIMIT_ENABLED is "false" and must be "true": without it one client can use a server up',
        ],
      },
      {
        title: "no intrusion detection",
        change: variable("GODOT_IDS_ENABLED", undefined),
        finds: [
          'game-server-environment data.GODOT_IDS_ENABLED: GODOT_IDS_ENABLED is missing and must be "true": without it tokens can be guessed at leisure',
        ],
      },
      {
        title: "telemetry for everybody",
        change: variable("GODOT_TELEMETRY_AUTH_REQUIRED", "false"),
        finds: [
          'game-server-environment data.GODOT_TELEMETRY_AUTH_REQUIRED: GODOT_TELEMETRY_AUTH_REQUIRED is "false" and must be "true": telemetry tells where every player is',
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable("GODOT_JWT_ENABLED"), unknownVariable("GODOT_TELEMETRY_AUTH_REQUIRED")],
  },
  {
    rule: declareAuditLogging,
    complies: [{ title: "off, and said so", change: variable("GODOT_AUDIT_ENABLED", "false") }],
    violations: [
      {
        title: "nobody says",
        change: variable("GODOT_AUDIT_ENABLED", undefined),
        finds: [
          "game-server-environment data.GODOT_AUDIT_ENABLED: GODOT_AUDIT_ENABLED is missing and must be true or false",
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable("GODOT_AUDIT_ENABLED")],
  },
];
