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
 * The six autoloads. Seed document 002 gives the count and one name (CacheManager); the other five are named after the
 * capabilities that the seeds describe: the HTTP API, telemetry, settings, VR with its fallback, and server meshing.
 */
export const AUTOLOADS = [
  "CacheManager",
  "HttpApiServer",
  "MeshCoordinator",
  "SettingsManager",
  "TelemetryServer",
  "VRManager",
] as const;

/** What the server is, how many it serves and how it leaves. */
export const LIFECYCLE: VariableCategory = {
  title: "Environment and life cycle",
  variables: [
    defineDerived({
      name: "GODOT_ENV",
      type: choice("local", "staging", "production", "package"),
      derive: ({ environment }) => environment,
      description: "The environment's name, as /status reports it.",
    }),
    defineSetting({
      name: "GODOT_AUTOLOADS",
      type: list(/^[A-Z][A-Za-z0-9]*$/, "CacheManager"),
      default: AUTOLOADS.join(","),
      description: "Autoloads that must be up before the server reports itself ready.",
    }),
    defineSetting({
      name: "GODOT_MAX_PLAYERS",
      type: integer(1, 1000),
      default: { local: 8, staging: 32, production: 64, package: 64 },
      description:
        "Players one server takes; the next one is answered with 503 and looks for another server.",
    }),
    defineSetting({
      name: "GODOT_PLAYER_IDLE_TIMEOUT_SECONDS",
      type: integer(10, 86400),
      default: 300,
      description: "Silence after which a player's session is closed and its place is free.",
    }),
    defineDerived({
      name: "GODOT_DRAIN_TIMEOUT_SECONDS",
      type: integer(10, 3600),
      from: "gameServer.drainSeconds",
      derive: ({ stack }) => stack.gameServer.drainSeconds,
      description: "Time that connected sessions get to hand over after POST /drain before they are closed.",
    }),
  ],
};

/** Aids for developers: none of them may be on outside `local` (seed document 002, "no debug/development flags"). */
export const DEBUGGING: VariableCategory = {
  title: "Debugging and development",
  variables: [
    defineSetting({
      name: "GODOT_DEBUG_MODE",
      type: boolean,
      default: localOrElse(true, false),
      description: "Puts stack traces into error answers and scene trees into /status.",
    }),
    defineSetting({
      name: "GODOT_DEVELOPMENT_MODE",
      type: boolean,
      default: localOrElse(true, false),
      description: "Accepts unfinished content: missing assets become placeholders instead of errors.",
    }),
    defineSetting({
      name: "GODOT_DEBUG_ADAPTERS_ENABLED",
      type: boolean,
      default: localOrElse(true, false),
      otherReaders: ["kubernetes"],
      description: "Starts the debug adapters (DAP and LSP). They are never exposed outside local.",
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
