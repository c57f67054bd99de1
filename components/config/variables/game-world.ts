import { serviceHost } from "../../shared/network/application-flows.ts";
import type { VariableCategory } from "./types.ts";
import { host } from "./value-types.ts";
import { boolean, defineDerived, defineSetting, integer, localOrElse, port } from "./variable-builders.ts";

/** Servers that find each other (UDP 8087, inside the cluster only) and share one world through Redis. */
export const MESHING: VariableCategory = {
  title: "Discovery and server meshing",
  variables: [
    defineSetting({
      name: "GODOT_DISCOVERY_ENABLED",
      type: boolean,
      default: true,
      description: "Announces this server to the others and listens for them.",
    }),
    defineSetting({
      name: "GODOT_DISCOVERY_PORT",
      type: port,
      default: 8087,
      otherReaders: ["kubernetes"],
      description: "UDP port of discovery.",
    }),
    defineDerived({
      name: "GODOT_DISCOVERY_SERVICE",
      type: host,
      derive: () => serviceHost("game-server", "game-server-mesh"),
      description: "Name that resolves to the addresses of all servers (the headless Service).",
    }),
    defineSetting({
      name: "GODOT_DISCOVERY_INTERVAL_SECONDS",
      type: integer(1, 300),
      default: 5,
      description: "Time between two announcements.",
    }),
    defineSetting({
      name: "GODOT_DISCOVERY_PEER_TIMEOUT_SECONDS",
      type: integer(2, 900),
      default: 20,
      description: "Silence after which another server counts as gone.",
    }),
    defineSetting({
      name: "GODOT_MESH_ENABLED",
      type: boolean,
      default: true,
      description: "Shares the world with the servers that discovery finds.",
    }),
    defineSetting({
      name: "GODOT_MESH_MAX_PEERS",
      type: integer(1, 500),
      default: 64,
      description: "Other servers that this one exchanges state with.",
    }),
    defineSetting({
      name: "GODOT_MESH_STATE_TTL_SECONDS",
      type: integer(2, 3600),
      default: 60,
      description: "How long shared state stays in Redis without its owner renewing it.",
    }),
  ],
};

/** Numbers of seed document 003: frame rate 85 to 95, memory under 400 MB; seed document 002: 60 at the least. */
export const PERFORMANCE: VariableCategory = {
  title: "Performance and VR",
  variables: [
    defineSetting({
      name: "GODOT_TARGET_FPS",
      type: integer(30, 240),
      default: 90,
      description: "Frame rate that the server holds.",
    }),
    defineSetting({
      name: "GODOT_FPS_ALERT_THRESHOLD",
      type: integer(1, 240),
      default: 85,
      description: "Frame rate below which /performance reports degraded and an alert is due.",
    }),
    defineSetting({
      name: "GODOT_FPS_CRITICAL_THRESHOLD",
      type: integer(1, 240),
      default: 60,
      description: "Frame rate below which /performance reports critical and the on-call engineer is paged.",
    }),
    defineSetting({
      name: "GODOT_PHYSICS_TICKS_PER_SECOND",
      type: integer(10, 240),
      default: 90,
      description: "Steps of the physics simulation; equal to the frame rate, so that hands do not judder.",
    }),
    defineSetting({
      name: "GODOT_MEMORY_TARGET_MB",
      type: integer(64, 65536),
      default: 400,
      description: "Memory above which /performance reports degraded (megabytes, of the container).",
    }),
    defineSetting({
      name: "GODOT_VR_ENABLED",
      type: boolean,
      default: true,
      description: "Starts the VR interface when a headset is there.",
    }),
    defineSetting({
      name: "GODOT_VR_DESKTOP_FALLBACK",
      type: boolean,
      default: true,
      description:
        "Without a headset: goes on in desktop mode with a warning in the log, instead of stopping.",
    }),
  ],
};

/** The server's own part in backups: consistent snapshots in the database, which the database's backup carries away. */
export const BACKUP: VariableCategory = {
  title: "Backup",
  variables: [
    defineSetting({
      name: "GODOT_BACKUP_SNAPSHOTS_ENABLED",
      type: boolean,
      default: localOrElse(false, true),
      description: "Writes snapshots of the whole world into the database.",
    }),
    defineSetting({
      name: "GODOT_BACKUP_SNAPSHOT_INTERVAL_MINUTES",
      type: integer(1, 1440),
      default: { local: 60, staging: 30, production: 15, package: 15 },
      description: "Time between two snapshots.",
    }),
    defineSetting({
      name: "GODOT_BACKUP_SNAPSHOT_COUNT",
      type: integer(1, 10000),
      default: { local: 2, staging: 48, production: 96, package: 96 },
      description: "Snapshots that are kept; at production's interval 96 are one day.",
    }),
  ],
};

/** Switches for what is not yet part of every deployment (seed document 002, next steps). */
export const FEATURES: VariableCategory = {
  title: "Feature flags",
  variables: [
    defineSetting({
      name: "GODOT_FEATURE_WEBHOOK_ROUTER",
      type: boolean,
      default: false,
      description: "Phase 2: WebhookRouter, which tells other services about events.",
    }),
    defineSetting({
      name: "GODOT_FEATURE_JOB_ROUTER",
      type: boolean,
      default: false,
      description: "Phase 2: JobRouter, which runs long work in the background.",
    }),
    defineSetting({
      name: "GODOT_FEATURE_BATCH_OPERATIONS_ROUTER",
      type: boolean,
      default: false,
      description: "Phase 3: BatchOperationsRouter, which runs many operations as one job; needs JobRouter.",
    }),
    defineSetting({
      name: "GODOT_FEATURE_PHASE_4",
      type: boolean,
      default: false,
      description: "Phase 4: the routers that the seeds announce without naming them.",
    }),
  ],
};
