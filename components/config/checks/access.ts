import { entriesOf, finding, isShared, mustBeOn, numberOf, textOf, unless, within } from "./settings.ts";
import type { Check } from "./types.ts";

const jwt: Check = {
  id: "jwt",
  title: "Outside local tokens are demanded, and one environment's token opens no other",
  run: (config) => {
    if (!isShared(config)) return [];
    const audience = textOf(config, "GODOT_JWT_AUDIENCE");
    const others = ["local", "staging", "production", "package"].filter(
      (name) => name !== config.environment,
    );
    return [
      ...mustBeOn(config, { GODOT_JWT_ENABLED: "anybody could change the scene and read players" }),
      ...unless(!others.includes(audience), () =>
        finding(config, "GODOT_JWT_AUDIENCE", `must not be the name of another environment`),
      ),
    ];
  },
};

const tokenLifetimes: Check = {
  id: "token-lifetimes",
  title: "Access tokens live shorter than refresh tokens; outside local at most an hour and 30 days",
  run: (config) => {
    const access = "GODOT_JWT_ACCESS_TTL_SECONDS";
    const refresh = "GODOT_JWT_REFRESH_TTL_SECONDS";
    const bounds = isShared(config)
      ? [
          ...within(config, access, { to: 3600, why: "a stolen token cannot be called back" }),
          ...within(config, refresh, { to: 2592000, why: "a lost headset stays logged in that long" }),
        ]
      : [];
    return [
      ...unless(numberOf(config, access) < numberOf(config, refresh), () =>
        finding(config, refresh, `must be above ${access}, which is ${numberOf(config, access)}`),
      ),
      ...bounds,
    ];
  },
};

const rbac: Check = {
  id: "rbac",
  title: "Outside local roles are enforced, and a token without a role can change nothing",
  run: (config) => {
    if (!isShared(config)) return [];
    const weak = ["observer", "player"];
    return [
      ...mustBeOn(config, { GODOT_RBAC_ENABLED: "every player would be an operator" }),
      ...unless(weak.includes(textOf(config, "GODOT_RBAC_DEFAULT_ROLE")), () =>
        finding(
          config,
          "GODOT_RBAC_DEFAULT_ROLE",
          "must be observer or player: it is what a token without a role gets",
        ),
      ),
      ...unless(!weak.includes(textOf(config, "GODOT_RBAC_SCENE_ROLE")), () =>
        finding(
          config,
          "GODOT_RBAC_SCENE_ROLE",
          "must be operator or admin: a scene change throws everybody out",
        ),
      ),
    ];
  },
};

const intrusion: Check = {
  id: "intrusion-detection",
  title: "Outside local repeated failures block an address, for no less time than they are counted",
  run: (config) => {
    if (!isShared(config)) return [];
    const window = numberOf(config, "GODOT_IDS_WINDOW_SECONDS");
    return [
      ...mustBeOn(config, { GODOT_IDS_ENABLED: "passwords could be guessed at leisure" }),
      ...within(config, "GODOT_IDS_MAX_FAILURES", {
        to: 20,
        why: "people fail a few times, programs fail often",
      }),
      ...within(config, "GODOT_IDS_BLOCK_SECONDS", {
        from: window,
        why: "a shorter block lets a patient program go on",
      }),
    ];
  },
};

const rateLimiting: Check = {
  id: "rate-limiting",
  title: "Outside local rate limiting is on",
  run: (config) =>
    isShared(config)
      ? mustBeOn(config, { GODOT_RATE_LIMIT_ENABLED: "one client could take the whole server" })
      : [],
};

const rateLimits: Check = {
  id: "rate-limits",
  title: "The limits are the seeds': 300 in all, 10 to 30 for scenes, 100 for status, and room for probes",
  run: (config) => [
    ...within(config, "GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE", {
      from: numberOf(config, "GODOT_RATE_LIMIT_STATUS_PER_MINUTE"),
      to: 300,
      why: "seed document 003 sets 300 requests a minute, and each single limit must fit into it",
    }),
    ...within(config, "GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE", {
      from: numberOf(config, "GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE"),
      to: 30,
      why: "seed document 003 sets 10 to 30, and reading is no dearer than loading",
    }),
    ...within(config, "GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE", {
      from: 10,
      to: 30,
      why: "seed document 003 sets 10 to 30",
    }),
    ...within(config, "GODOT_RATE_LIMIT_STATUS_PER_MINUTE", { to: 100, why: "seed document 003 sets 100" }),
    ...within(config, "GODOT_RATE_LIMIT_PROBE_PER_MINUTE", {
      from: 60,
      why: "startup probes alone come every two seconds, and a refused probe restarts the server",
    }),
  ],
};

const origins: Check = {
  id: "origins",
  title:
    "Outside local only named https origins may call, and nobody is trusted to state an address for others",
  run: (config) => {
    if (!isShared(config)) return [];
    const open = entriesOf(config, "GODOT_HTTP_CORS_ORIGINS").filter(
      (origin) => !origin.startsWith("https://"),
    );
    const everyone = entriesOf(config, "GODOT_HTTP_TRUSTED_PROXIES").filter(
      (network) => Number(network.split("/")[1]) < 8,
    );
    return [
      ...unless(open.length === 0, () =>
        finding(
          config,
          "GODOT_HTTP_CORS_ORIGINS",
          `must not contain ${open.join(", ")}: any page could use a player's token`,
        ),
      ),
      ...unless(everyone.length === 0, () =>
        finding(
          config,
          "GODOT_HTTP_TRUSTED_PROXIES",
          `must not contain ${everyone.join(", ")}: anybody could choose the address that limits count`,
        ),
      ),
    ];
  },
};

const telemetryAccess: Check = {
  id: "telemetry-access",
  title: "Outside local telemetry demands a token",
  run: (config) =>
    isShared(config)
      ? mustBeOn(config, { GODOT_TELEMETRY_AUTH_REQUIRED: "where players look and move is personal data" })
      : [],
};

/** Who may call, how often, and from where. */
export const ACCESS_CHECKS: readonly Check[] = [
  jwt,
  tokenLifetimes,
  rbac,
  intrusion,
  rateLimiting,
  rateLimits,
  origins,
  telemetryAccess,
];
