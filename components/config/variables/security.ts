import type { VariableCategory } from "./types.ts";
import { RBAC_ROLES } from "./value-types.ts";
import {
  boolean,
  choice,
  defineSecret,
  defineSetting,
  integer,
  localOrElse,
  text,
} from "./variable-builders.ts";

const TOKEN_CLAIM = text(/^[A-Za-z0-9._:/-]{1,100}$/, "spacetime-vr");

/** Who may call: the service token, JWTs and roles. */
export const ACCESS_CONTROL: VariableCategory = {
  title: "Access: tokens and roles",
  variables: [
    defineSecret({
      name: "GODOT_API_TOKEN",
      secret: "api-token",
      description: "Bearer token of operators and of the pod's own drain hook; it has the role admin.",
    }),
    defineSetting({
      name: "GODOT_JWT_ENABLED",
      type: boolean,
      default: true,
      description: "Demands a valid token on everything but health, readiness and status.",
    }),
    defineSecret({
      name: "GODOT_JWT_SIGNING_KEY",
      secret: "jwt-signing-key",
      description: "Key that signs and checks the players' tokens.",
    }),
    defineSetting({
      name: "GODOT_JWT_ALGORITHM",
      type: choice("HS256", "HS384", "HS512"),
      default: "HS256",
      description: "The only accepted signature algorithm.",
    }),
    defineSetting({
      name: "GODOT_JWT_ISSUER",
      type: TOKEN_CLAIM,
      default: "spacetime-vr",
      description: "Value of `iss` in the tokens; any other is refused.",
    }),
    defineSetting({
      name: "GODOT_JWT_AUDIENCE",
      type: TOKEN_CLAIM,
      default: { local: "local", staging: "staging", production: "production", package: "package" },
      description: "Value of `aud` in the tokens, so that one environment's token opens no other.",
    }),
    defineSetting({
      name: "GODOT_JWT_ACCESS_TTL_SECONDS",
      type: integer(60, 2592000),
      default: localOrElse(3600, 900),
      description: "Lifetime of an access token.",
    }),
    defineSetting({
      name: "GODOT_JWT_REFRESH_TTL_SECONDS",
      type: integer(60, 31536000),
      default: localOrElse(604800, 86400),
      description: "Lifetime of a refresh token.",
    }),
    defineSetting({
      name: "GODOT_RBAC_ENABLED",
      type: boolean,
      default: true,
      description: "Answers 403 where the token's role does not reach.",
    }),
    defineSetting({
      name: "GODOT_RBAC_DEFAULT_ROLE",
      type: choice(...RBAC_ROLES),
      default: localOrElse("player", "observer"),
      description: "Role of a token that names none.",
    }),
    defineSetting({
      name: "GODOT_RBAC_SCENE_ROLE",
      type: choice(...RBAC_ROLES),
      default: "operator",
      description: "Least role that may change the scene.",
    }),
  ],
};

/** The intrusion detection that the seeds demand (seed document 002, workstream 1). */
export const INTRUSION_DETECTION: VariableCategory = {
  title: "Intrusion detection",
  variables: [
    defineSetting({
      name: "GODOT_IDS_ENABLED",
      type: boolean,
      default: true,
      description:
        "Counts failed authentication and forbidden paths per address and blocks repeat offenders.",
    }),
    defineSetting({
      name: "GODOT_IDS_MAX_FAILURES",
      type: integer(1, 1000),
      default: localOrElse(100, 10),
      description: "Failures within the window after which an address is blocked.",
    }),
    defineSetting({
      name: "GODOT_IDS_WINDOW_SECONDS",
      type: integer(10, 86400),
      default: 300,
      description: "Window over which failures are counted.",
    }),
    defineSetting({
      name: "GODOT_IDS_BLOCK_SECONDS",
      type: integer(10, 86400),
      default: localOrElse(60, 900),
      description: "How long a blocked address stays blocked.",
    }),
  ],
};

/** The limits of seed document 003 ("Rate Limits Reviewed"), per client address, counted in Redis for all servers. */
export const RATE_LIMITS: VariableCategory = {
  title: "Rate limits",
  variables: [
    defineSetting({
      name: "GODOT_RATE_LIMIT_ENABLED",
      type: boolean,
      default: true,
      description: "Answers 429 with Retry-After over a limit.",
    }),
    defineSetting({
      name: "GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE",
      type: integer(1, 100000),
      default: 300,
      description: "Requests to everything together.",
    }),
    defineSetting({
      name: "GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE",
      type: integer(1, 100000),
      default: 30,
      description: "GET /scene: the upper end of the seeds' 10 to 30.",
    }),
    defineSetting({
      name: "GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE",
      type: integer(1, 100000),
      default: 10,
      description: "POST /scene: the lower end of the seeds' 10 to 30, because loading a scene is dear.",
    }),
    defineSetting({
      name: "GODOT_RATE_LIMIT_STATUS_PER_MINUTE",
      type: integer(1, 100000),
      default: 100,
      description: "GET /status and GET /performance.",
    }),
    defineSetting({
      name: "GODOT_RATE_LIMIT_PROBE_PER_MINUTE",
      type: integer(1, 100000),
      default: 600,
      description:
        "GET /health, /ready and /metrics: a bucket of their own, so that players cannot use it up.",
    }),
    defineSetting({
      name: "GODOT_RATE_LIMIT_FALLBACK",
      type: choice("memory", "deny"),
      default: "memory",
      description: "While Redis is away: count in each server's own memory, or deny what cannot be counted.",
    }),
  ],
};
