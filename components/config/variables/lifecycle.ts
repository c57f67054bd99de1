import type { VariableCategory } from "./types.ts";
import {
  boolean,
  choice,
  defineDerived,
  defineSetting,
  integer,
  list,
  localOrElse,
  port,
} from "./variable-builders.ts";

/**
 * The six autoloads. Seed document 002 gives the number and one name (CacheManager). The other five are named after the
 * features in the seed documents: the HTTP API, telemetry, settings, VR with its fallback, and server meshing.
 */
export const AUTOLOADS = [
  "CacheManager",
  "HttpApiServer",
  "MeshCoordinator",
  "SettingsManager",
  "TelemetryServer",
  "VRManager",
] as const;

/** Environment, capacity and shutdown of the server. */
export const LIFECYCLE: VariableCategory = {
  title: "Environment and life cycle",
  variables: [
    defineDerived({
      name: "GODOT_ENV",
      type: choice("local", "staging", "production", "package"),
      derive: ({ environment }) => environment,
      description: "Name of the environment, as reported by /status.",
    }),
    defineSetting({
      name: "GODOT_AUTOLOADS",
      type: list(/^[A-Z][A-Za-z0-9]*$/, "CacheManager"),
      default: AUTOLOADS.join(","),
      description: "Autoloads that must be running before the server reports ready.",
    }),
    defineSetting({
      name: "GODOT_MAX_PLAYERS",
      type: integer(1, 1000),
      default: { local: 8, staging: 32, production: 64, package: 64 },
      description:
        "Maximum number of players per server; further players are answered with 503 and try another server.",
    }),
    defineSetting({
      name: "GODOT_PLAYER_IDLE_TIMEOUT_SECONDS",
      type: integer(10, 86400),
      default: 300,
      description: "Time without activity after which a player's session is closed and its slot is freed.",
    }),
    defineDerived({
      name: "GODOT_DRAIN_TIMEOUT_SECONDS",
      type: integer(10, 3600),
      from: "gameServer.drainSeconds",
      derive: ({ stack }) => stack.gameServer.drainSeconds,
      description:
        "Time after POST /drain in which connected sessions can move to another server before they are closed.",
    }),
  ],
};

/** Development settings; all must be disabled outside `local` (seed document 002, "no debug/development flags"). */
export const DEBUGGING: VariableCategory = {
  title: "Debugging and development",
  variables: [
    defineSetting({
      name: "GODOT_DEBUG_MODE",
      type: boolean,
      default: localOrElse(true, false),
      description: "Adds stack traces to error responses and scene trees to /status.",
    }),
    defineSetting({
      name: "GODOT_DEVELOPMENT_MODE",
      type: boolean,
      default: localOrElse(true, false),
      description: "Replaces missing assets with placeholders instead of failing.",
    }),
    defineSetting({
      name: "GODOT_DEBUG_ADAPTERS_ENABLED",
      type: boolean,
      default: localOrElse(true, false),
      otherReaders: ["kubernetes"],
      description:
        "Starts the debug adapter (DAP) and the language server (LSP). They are never exposed outside local.",
    }),
    defineSetting({
      name: "GODOT_DAP_PORT",
      type: port,
      default: 6006,
      otherReaders: ["kubernetes"],
      description: "TCP port of the debug adapter (Debug Adapter Protocol).",
    }),
    defineSetting({
      name: "GODOT_LSP_PORT",
      type: port,
      default: 6005,
      otherReaders: ["kubernetes"],
      description: "TCP port of the GDScript language server (Language Server Protocol).",
    }),
  ],
};
