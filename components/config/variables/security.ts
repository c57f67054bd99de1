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

/** Authentication and authorization: the API token, JWTs and roles. */
export const ACCESS_CONTROL: VariableCategory = {
  title: "Access: tokens and roles",
  variables: [
    defineSecret({
      name: "GODOT_API_TOKEN",
      secret: "api-token",
      description: "Bearer token of operators and of the pod's preStop hook; it has the role admin.",
    }),
    defineSetting({
      name: "GODOT_JWT_ENABLED",
      type: boolean,
      default: true,
      description: "Requires a valid token for every endpoint except health, readiness and status.",
    }),
    defineSecret({
      name: "GODOT_JWT_SIGNING_KEY",
      secret: "jwt-signing-key",
      description: "Key that signs and verifies player tokens.",
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
      description: "Required `iss` claim of tokens.",
    }),
    defineSetting({
      name: "GODOT_JWT_AUDIENCE",
      type: TOKEN_CLAIM,
      default: { local: "local", staging: "staging", production: "production", package: "package" },
      description: "Required `aud` claim of tokens, so that a token is valid in one environment only.",
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
      description: "Enforces roles; requests whose role is not sufficient are answered with 403.",
    }),
    defineSetting({
      name: "GODOT_RBAC_DEFAULT_ROLE",
      type: choice(...RBAC_ROLES),
      default: localOrElse("player", "observer"),
      description: "Role of a token without a role claim.",
    }),
    defineSetting({
      name: "GODOT_RBAC_SCENE_ROLE",
      type: choice(...RBAC_ROLES),
      default: "operator",
      description: "Minimum role required to change the scene.",
    }),
  ],
};

/** Intrusion detection (seed document 002, workstream 1). */
export const INTRUSION_DETECTION: VariableCategory = {
  title: "Intrusion detection",
  variables: [
    defineSetting({
      name: "GODOT_IDS_ENABLED",
      type: boolean,
      default: true,
      description:
        "Counts failed authentication and requests for forbidden paths per client address, and blocks addresses with too many.",
    }),
    defineSetting({
      name: "GODOT_IDS_MAX_FAILURES",
      type: integer(1, 1000),
      default: localOrElse(100, 10),
      description: "Number of failures within the window after which an address is blocked.",
    }),
    defineSetting({
      name: "GODOT_IDS_WINDOW_SECONDS",
      type: integer(10, 86400),
      default: 300,
      description: "Time window in which failures are counted.",
    }),
    defineSetting({
      name: "GODOT_IDS_BLOCK_SECONDS",
      type: integer(10, 86400),
      default: localOrElse(60, 900),
      description: "How long an address stays blocked.",
    }),
  ],
};

/** The rate limits of seed document 003 ("Rate Limits Reviewed") per client address, shared by all servers through Redis. */
export const RATE_LIMITS: VariableCategory = {
  title: "Rate limits",
  variables: [
    defineSetting({
      name: "GODOT_RATE_LIMIT_ENABLED",
      type: boolean,
      default: true,
      description: "Enforces the rate limits; requests above a limit are answered with 429 and Retry-After.",
    }),
    defineSetting({
      name: "GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE",
      type: integer(1, 100000),
      default: 300,
      description: "Limit for all requests of a client together.",
    }),
    defineSetting({
      name: "GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE",
      type: integer(1, 100000),
      default: 30,
      description: "Limit for GET /scene; the upper end of the required range of 10 to 30.",
    }),
    defineSetting({
      name: "GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE",
      type: integer(1, 100000),
      default: 10,
      description:
        "Limit for POST /scene; the lower end of the required range of 10 to 30, because loading a scene is expensive.",
    }),
    defineSetting({
      name: "GODOT_RATE_LIMIT_STATUS_PER_MINUTE",
      type: integer(1, 100000),
      default: 100,
      description: "Limit for GET /status and GET /performance.",
    }),
    defineSetting({
      name: "GODOT_RATE_LIMIT_PROBE_PER_MINUTE",
      type: integer(1, 100000),
      default: 600,
      description: "Limit for GET /health, /ready and /metrics, counted separately from the other requests.",
    }),
    defineSetting({
      name: "GODOT_RATE_LIMIT_FALLBACK",
      type: choice("memory", "deny"),
      default: "memory",
      description:
        "Behavior while Redis is unavailable: count in the memory of each server, or deny the requests.",
    }),
  ],
};
