import { enableAccessControl } from "../../../policy/rules/game-server/enable-access-control.ts";
import { enableHttpApi } from "../../../policy/rules/game-server/enable-http-api.ts";
import { requireEnvironmentName } from "../../../policy/rules/game-server/require-environment-name.ts";
import { requireExplicitAuditLogging } from "../../../policy/rules/game-server/require-explicit-audit-logging.ts";
import { restrictVariableSources } from "../../../policy/rules/game-server/restrict-variable-sources.ts";
import {
  add,
  CONTAINER,
  combine,
  ENVIRONMENT,
  GAME,
  remove,
  set,
  setSingleItem,
  setVariable,
  unknownAt,
} from "./changes.ts";
import type { RuleCases } from "./rule-cases.ts";

const ENTRIES = `${CONTAINER}.env`;

const notApplicable = { change: remove(GAME) };
const unknownVariable = (name: string) => unknownAt(ENVIRONMENT, `data.${name}`);

export const gameServerCases: readonly RuleCases[] = [
  {
    rule: enableHttpApi,
    violations: [
      {
        title: "the HTTP API is disabled",
        change: setVariable("GODOT_ENABLE_HTTP_API", "false"),
        findings: [
          'game-server-environment data.GODOT_ENABLE_HTTP_API: GODOT_ENABLE_HTTP_API is "false" and must be "true": players and probes use the API',
        ],
      },
      {
        title: "the variable is not set",
        change: setVariable("GODOT_ENABLE_HTTP_API", undefined),
        findings: [
          'game-server-environment data.GODOT_ENABLE_HTTP_API: GODOT_ENABLE_HTTP_API is missing and must be "true": players and probes use the API',
        ],
      },
      {
        title: "a container variable overrides the ConfigMap",
        change: setSingleItem(GAME, ENTRIES, { name: "GODOT_ENABLE_HTTP_API", value: "0" }),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].env[0].value: GODOT_ENABLE_HTTP_API is "0" and must be "true": players and probes use the API',
        ],
      },
      {
        title: "the container uses no ConfigMap",
        change: set(GAME, `${CONTAINER}.envFrom`, undefined),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].envFrom: GODOT_ENABLE_HTTP_API is missing and must be "true": players and probes use the API',
        ],
      },
      {
        title: "a later ConfigMap overrides it",
        change: combine(
          add("kubernetes:core/v1:ConfigMap", "late", {
            metadata: { name: "late", namespace: "spacetime" },
            data: { GODOT_ENABLE_HTTP_API: "false" },
          }),
          setSingleItem(GAME, `${CONTAINER}.envFrom`, { configMapRef: { name: "late" } }),
        ),
        findings: [
          'late data.GODOT_ENABLE_HTTP_API: GODOT_ENABLE_HTTP_API is "false" and must be "true": players and probes use the API',
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
    rule: requireEnvironmentName,
    compliant: [],
    violations: [
      {
        title: "another environment's name",
        change: setVariable("GODOT_ENV", "staging"),
        findings: [
          'game-server-environment data.GODOT_ENV: GODOT_ENV is "staging" and must be "production": /status reports it',
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable("GODOT_ENV")],
  },
  {
    rule: restrictVariableSources,
    violations: [
      {
        title: "no envFrom",
        change: set(GAME, `${CONTAINER}.envFrom`, []),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].envFrom: the server container has no envFrom",
        ],
      },
      {
        title: "a ConfigMap outside the deployment",
        change: set(GAME, `${CONTAINER}.envFrom[0].configMapRef.name`, "made-by-hand"),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].envFrom[0].configMapRef.name: there is no ConfigMap "made-by-hand" in this deployment',
        ],
      },
      {
        title: "an optional ConfigMap",
        change: set(GAME, `${CONTAINER}.envFrom[0].configMapRef.optional`, true),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].envFrom[0].configMapRef.optional: the variables may be missing after a restart because the ConfigMap is optional",
        ],
      },
      {
        title: "an optional secret",
        change: set(GAME, `${ENTRIES}[0].valueFrom.secretKeyRef.optional`, true),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.optional: "GODOT_API_TOKEN" may be missing after a restart because its source is optional',
        ],
      },
      {
        title: "a value that has a different value in each pod",
        change: setSingleItem(GAME, ENTRIES, {
          name: "POD",
          valueFrom: { fieldRef: { fieldPath: "metadata.name" } },
        }),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].env[0].valueFrom.fieldRef: "POD" has a different value in each pod',
        ],
      },
    ],
    notApplicable,
    unknown: [unknownAt(GAME, `${CONTAINER}.envFrom`)],
  },
  {
    rule: enableAccessControl,
    violations: [
      {
        title: "authentication is disabled",
        change: setVariable("GODOT_JWT_ENABLED", "false"),
        findings: [
          'game-server-environment data.GODOT_JWT_ENABLED: GODOT_JWT_ENABLED is "false" and must be "true": without it clients are not authenticated',
        ],
      },
      {
        title: "role-based access control is disabled",
        change: setVariable("GODOT_RBAC_ENABLED", "false"),
        findings: [
          'game-server-environment data.GODOT_RBAC_ENABLED: GODOT_RBAC_ENABLED is "false" and must be "true": without it every player has operator rights',
        ],
      },
      {
        title: "rate limiting is disabled",
        change: setVariable("GODOT_RATE_LIMIT_ENABLED", "false"),
        findings: [
          'game-server-environment data.GODOT_RATE_LIMIT_ENABLED: GODOT_RATE_LIMIT_ENABLED is "false" and must be "true": without it one client can exhaust a server',
        ],
      },
      {
        title: "intrusion detection is not enabled",
        change: setVariable("GODOT_IDS_ENABLED", undefined),
        findings: [
          'game-server-environment data.GODOT_IDS_ENABLED: GODOT_IDS_ENABLED is missing and must be "true": without it token guessing is not detected',
        ],
      },
      {
        title: "telemetry without authentication",
        change: setVariable("GODOT_TELEMETRY_AUTH_REQUIRED", "false"),
        findings: [
          'game-server-environment data.GODOT_TELEMETRY_AUTH_REQUIRED: GODOT_TELEMETRY_AUTH_REQUIRED is "false" and must be "true": telemetry contains the position of every player',
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable("GODOT_JWT_ENABLED"), unknownVariable("GODOT_TELEMETRY_AUTH_REQUIRED")],
  },
  {
    rule: requireExplicitAuditLogging,
    compliant: [{ title: "explicitly disabled", change: setVariable("GODOT_AUDIT_ENABLED", "false") }],
    violations: [
      {
        title: "the variable is missing",
        change: setVariable("GODOT_AUDIT_ENABLED", undefined),
        findings: [
          "game-server-environment data.GODOT_AUDIT_ENABLED: GODOT_AUDIT_ENABLED is missing and must be true or false",
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable("GODOT_AUDIT_ENABLED")],
  },
];
