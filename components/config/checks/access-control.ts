import {
  createFinding,
  findingUnless,
  getList,
  getNumber,
  getText,
  isSharedEnvironment,
  requireEnabled,
  requireInRange,
} from "./check-helpers.ts";
import type { Check } from "./types.ts";

const jwt: Check = {
  id: "jwt",
  title: "Outside local, tokens are required and valid in one environment only",
  run: (config) => {
    if (!isSharedEnvironment(config)) return [];
    const audience = getText(config, "GODOT_JWT_AUDIENCE");
    const others = ["local", "staging", "production", "package"].filter(
      (name) => name !== config.environment,
    );
    return [
      ...requireEnabled(config, {
        GODOT_JWT_ENABLED: "otherwise clients can change the scene and read player data without a token",
      }),
      ...findingUnless(!others.includes(audience), () =>
        createFinding(config, "GODOT_JWT_AUDIENCE", `must not be the name of another environment`),
      ),
    ];
  },
};

const tokenLifetimes: Check = {
  id: "token-lifetimes",
  title: "Access tokens expire before refresh tokens; outside local after at most 1 hour and 30 days",
  run: (config) => {
    const access = "GODOT_JWT_ACCESS_TTL_SECONDS";
    const refresh = "GODOT_JWT_REFRESH_TTL_SECONDS";
    const bounds = isSharedEnvironment(config)
      ? [
          ...requireInRange(config, access, { to: 3600, why: "a stolen access token cannot be revoked" }),
          ...requireInRange(config, refresh, {
            to: 2592000,
            why: "a lost headset stays logged in for that time",
          }),
        ]
      : [];
    return [
      ...findingUnless(getNumber(config, access) < getNumber(config, refresh), () =>
        createFinding(config, refresh, `must be above ${access}, which is ${getNumber(config, access)}`),
      ),
      ...bounds,
    ];
  },
};

const rbac: Check = {
  id: "rbac",
  title: "Outside local, RBAC is enforced and tokens without a role are read-only",
  run: (config) => {
    if (!isSharedEnvironment(config)) return [];
    const weak = ["observer", "player"];
    return [
      ...requireEnabled(config, { GODOT_RBAC_ENABLED: "otherwise every player has operator rights" }),
      ...findingUnless(weak.includes(getText(config, "GODOT_RBAC_DEFAULT_ROLE")), () =>
        createFinding(
          config,
          "GODOT_RBAC_DEFAULT_ROLE",
          "must be observer or player: it is what a token without a role gets",
        ),
      ),
      ...findingUnless(!weak.includes(getText(config, "GODOT_RBAC_SCENE_ROLE")), () =>
        createFinding(
          config,
          "GODOT_RBAC_SCENE_ROLE",
          "must be operator or admin: a scene change disconnects all players",
        ),
      ),
    ];
  },
};

const intrusionDetection: Check = {
  id: "intrusion-detection",
  title: "Outside local, repeated failures block an address for at least the counting window",
  run: (config) => {
    if (!isSharedEnvironment(config)) return [];
    const window = getNumber(config, "GODOT_IDS_WINDOW_SECONDS");
    return [
      ...requireEnabled(config, { GODOT_IDS_ENABLED: "otherwise password guessing is not blocked" }),
      ...requireInRange(config, "GODOT_IDS_MAX_FAILURES", {
        to: 20,
        why: "users fail a few times, automated attacks many times",
      }),
      ...requireInRange(config, "GODOT_IDS_BLOCK_SECONDS", {
        from: window,
        why: "a shorter block does not stop a slow attack",
      }),
    ];
  },
};

const rateLimiting: Check = {
  id: "rate-limiting",
  title: "Outside local, rate limiting is enabled",
  run: (config) =>
    isSharedEnvironment(config)
      ? requireEnabled(config, { GODOT_RATE_LIMIT_ENABLED: "otherwise one client can exhaust the server" })
      : [],
};

const rateLimits: Check = {
  id: "rate-limits",
  title:
    "Rate limits are in the required ranges: 300 in total, 10 to 30 for scenes, 100 for status, enough for probes",
  run: (config) => [
    ...requireInRange(config, "GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE", {
      from: getNumber(config, "GODOT_RATE_LIMIT_STATUS_PER_MINUTE"),
      to: 300,
      why: "the limit of a client is 300 requests a minute in total, and each single limit must fit into it",
    }),
    ...requireInRange(config, "GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE", {
      from: getNumber(config, "GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE"),
      to: 30,
      why: "the required range is 10 to 30, and reads cost no more than writes",
    }),
    ...requireInRange(config, "GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE", {
      from: 10,
      to: 30,
      why: "the required range is 10 to 30",
    }),
    ...requireInRange(config, "GODOT_RATE_LIMIT_STATUS_PER_MINUTE", {
      to: 100,
      why: "the required maximum is 100",
    }),
    ...requireInRange(config, "GODOT_RATE_LIMIT_PROBE_PER_MINUTE", {
      from: 60,
      why: "startup probes run every two seconds, and a rejected probe restarts the server",
    }),
  ],
};

const allowedOrigins: Check = {
  id: "origins",
  title: "Outside local, CORS origins use https and trusted proxies are limited networks",
  run: (config) => {
    if (!isSharedEnvironment(config)) return [];
    const open = getList(config, "GODOT_HTTP_CORS_ORIGINS").filter(
      (origin) => !origin.startsWith("https://"),
    );
    const everyone = getList(config, "GODOT_HTTP_TRUSTED_PROXIES").filter(
      (network) => Number(network.split("/")[1]) < 8,
    );
    return [
      ...findingUnless(open.length === 0, () =>
        createFinding(
          config,
          "GODOT_HTTP_CORS_ORIGINS",
          `must not contain ${open.join(", ")}: any web page could use a player's token`,
        ),
      ),
      ...findingUnless(everyone.length === 0, () =>
        createFinding(
          config,
          "GODOT_HTTP_TRUSTED_PROXIES",
          `must not contain ${everyone.join(", ")}: clients could forge the address that rate limits use`,
        ),
      ),
    ];
  },
};

const telemetryAccess: Check = {
  id: "telemetry-access",
  title: "Outside local, telemetry requires a token",
  run: (config) =>
    isSharedEnvironment(config)
      ? requireEnabled(config, {
          GODOT_TELEMETRY_AUTH_REQUIRED: "player movement is personal data",
        })
      : [],
};

/** Authentication, authorization, rate limits and trusted networks. */
export const ACCESS_CONTROL_CHECKS: readonly Check[] = [
  jwt,
  tokenLifetimes,
  rbac,
  intrusionDetection,
  rateLimiting,
  rateLimits,
  allowedOrigins,
  telemetryAccess,
];
