import { serviceHost } from "../../shared/network/application-flows.ts";
import type { VariableCategory } from "./types.ts";
import { host } from "./value-types.ts";
import { boolean, defineDerived, defineSetting, integer, localOrElse, port } from "./variable-builders.ts";

/** Discovery of other servers (UDP 8087, only inside the cluster) and the world that they share through Redis. */
export const MESHING: VariableCategory = {
  title: "Discovery and server meshing",
  variables: [
    defineSetting({
      name: "GODOT_DISCOVERY_ENABLED",
      type: boolean,
      default: true,
      otherReaders: ["monitoring"],
      description: "Announces this server to other servers and listens for their announcements.",
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
      description: "DNS name of the headless Service, which resolves to the addresses of all servers.",
    }),
    defineSetting({
      name: "GODOT_DISCOVERY_INTERVAL_SECONDS",
      type: integer(1, 300),
      default: 5,
      description: "Interval between announcements.",
    }),
    defineSetting({
      name: "GODOT_DISCOVERY_PEER_TIMEOUT_SECONDS",
      type: integer(2, 900),
      default: 20,
      description: "Time without an announcement after which another server is considered gone.",
    }),
    defineSetting({
      name: "GODOT_MESH_ENABLED",
      type: boolean,
      default: true,
      description: "Shares the world with the discovered servers.",
    }),
    defineSetting({
      name: "GODOT_MESH_MAX_PEERS",
      type: integer(1, 500),
      default: 64,
      description: "Maximum number of servers that this server exchanges state with.",
    }),
    defineSetting({
      name: "GODOT_MESH_STATE_TTL_SECONDS",
      type: integer(2, 3600),
      default: 60,
      description: "Time after which shared state expires in Redis unless its server renews it.",
    }),
  ],
};

/** Targets of seed document 003 (frame rate 85 to 95, memory below 400 MB) and seed document 002 (at least 60 FPS). */
export const PERFORMANCE: VariableCategory = {
  title: "Performance and VR",
  variables: [
    defineSetting({
      name: "GODOT_TARGET_FPS",
      type: integer(30, 240),
      default: 90,
      description: "Target frame rate of the server.",
    }),
    defineSetting({
      name: "GODOT_FPS_ALERT_THRESHOLD",
      type: integer(1, 240),
      default: 85,
      description: "Frame rate below which /performance reports degraded and an alert fires.",
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
      description:
        "Physics ticks per second; equal to the frame rate, so that hand movement does not judder.",
    }),
    defineSetting({
      name: "GODOT_MEMORY_TARGET_MB",
      type: integer(64, 65536),
      default: 400,
      description: "Memory use of the container in megabytes above which /performance reports degraded.",
    }),
    defineSetting({
      name: "GODOT_VR_ENABLED",
      type: boolean,
      default: true,
      description: "Starts the VR interface if a headset is connected.",
    }),
    defineSetting({
      name: "GODOT_VR_DESKTOP_FALLBACK",
      type: boolean,
      default: true,
      description: "Without a headset, logs a warning and continues in desktop mode instead of exiting.",
    }),
  ],
};

/** The server's part in backups: it writes consistent snapshots to the database, which the database backups include. */
export const BACKUP: VariableCategory = {
  title: "Backup",
  variables: [
    defineSetting({
      name: "GODOT_BACKUP_SNAPSHOTS_ENABLED",
      type: boolean,
      default: localOrElse(false, true),
      description: "Writes snapshots of the whole world to the database.",
    }),
    defineSetting({
      name: "GODOT_BACKUP_SNAPSHOT_INTERVAL_MINUTES",
      type: integer(1, 1440),
      default: { local: 60, staging: 30, production: 15, package: 15 },
      description: "Interval between snapshots.",
    }),
    defineSetting({
      name: "GODOT_BACKUP_SNAPSHOT_COUNT",
      type: integer(1, 10000),
      default: { local: 2, staging: 48, production: 96, package: 96 },
      description: "Number of snapshots to keep; at the production interval, 96 cover one day.",
    }),
  ],
};

/** Features that are not enabled in every deployment yet (seed document 002, next steps). */
export const FEATURES: VariableCategory = {
  title: "Feature flags",
  variables: [
    defineSetting({
      name: "GODOT_FEATURE_WEBHOOK_ROUTER",
      type: boolean,
      default: false,
      description: "Phase 2: WebhookRouter, which notifies other services of events.",
    }),
    defineSetting({
      name: "GODOT_FEATURE_JOB_ROUTER",
      type: boolean,
      default: false,
      description: "Phase 2: JobRouter, which runs long tasks in the background.",
    }),
    defineSetting({
      name: "GODOT_FEATURE_BATCH_OPERATIONS_ROUTER",
      type: boolean,
      default: false,
      description:
        "Phase 3: BatchOperationsRouter, which runs many operations as one job; requires JobRouter.",
    }),
    defineSetting({
      name: "GODOT_FEATURE_PHASE_4",
      type: boolean,
      default: false,
      description: "Phase 4: routers that are announced but do not have names yet.",
    }),
  ],
};
