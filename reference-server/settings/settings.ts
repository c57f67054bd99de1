import type { Environment } from "../../components/shared/environments.ts";
import { InputError } from "../../components/shared/errors.ts";
import { type Env, SettingsReader } from "./reader.ts";
import * as section from "./sections.ts";

/** Everything that the server is configured by: the 119 variables, typed, by subject. */
export type Settings = ReturnType<typeof readSections> & {
  readonly environment: Environment;
  /** Variables that look meant for the server and are none of its own: a line of warning each. */
  readonly unknown: readonly string[];
};

function readSections(read: SettingsReader) {
  return {
    http: section.http(read),
    lifecycle: section.lifecycle(read),
    debugging: section.debugging(read),
    access: section.access(read),
    intrusion: section.intrusion(read),
    limits: section.limits(read),
    tls: section.tls(read),
    scenes: section.scenes(read),
    database: section.database(read),
    redis: section.redis(read),
    monitoring: section.monitoring(read),
    telemetry: section.telemetry(read),
    mesh: section.mesh(read),
    performance: section.performance(read),
    logging: section.logging(read),
    backup: section.backup(read),
    features: section.features(read),
  };
}

/**
 * The settings in an environment. Absent settings have the catalogue's default for `GODOT_ENV`.
 * @throws InputError with every problem at once; no secret stands in it.
 */
export function readSettings(env: Env): Settings {
  const read = new SettingsReader(env);
  const sections = readSections(read);
  relations(read, sections);
  if (read.problems.length > 0)
    throw new InputError("The server's environment cannot be used:", read.problems);
  return { ...sections, environment: read.environment, unknown: read.unknown() };
}

/** The names that `readSettings` asks for, whatever their values. */
export function variablesRead(): ReadonlySet<string> {
  const read = new SettingsReader({});
  readSections(read);
  return read.asked;
}

/** Rules that no single variable can state. */
function relations(
  read: SettingsReader,
  { features, performance, monitoring, ...rest }: ReturnType<typeof readSections>,
): void {
  const { latencyBucketsMs: buckets } = monitoring;
  if (buckets.some((bucket, index) => bucket <= (buckets[index - 1] ?? 0))) {
    read.problem(
      "GODOT_METRICS_LATENCY_BUCKETS_MS",
      "must be ascending",
      "Sort it and leave doubles out.",
      buckets.join(","),
    );
  }
  if (features.batch && !features.jobs) {
    read.problem(
      "GODOT_FEATURE_BATCH_OPERATIONS_ROUTER",
      "needs GODOT_FEATURE_JOB_ROUTER, which is off",
      "Switch both on, or this one off.",
      "true",
    );
  }
  if (performance.criticalFps > performance.alertFps) {
    read.problem(
      "GODOT_FPS_CRITICAL_THRESHOLD",
      `must not be above GODOT_FPS_ALERT_THRESHOLD, which is ${performance.alertFps}`,
      "Lower it, or raise the other.",
      String(performance.criticalFps),
    );
  }
  samePorts(read, rest);
}

function samePorts(
  read: SettingsReader,
  { http, telemetry, debugging }: Pick<ReturnType<typeof readSections>, "http" | "telemetry" | "debugging">,
): void {
  const taken: readonly (readonly [string, number, boolean])[] = [
    ["GODOT_HTTP_PORT", http.port, http.enabled],
    ["GODOT_TELEMETRY_PORT", telemetry.port, telemetry.enabled],
    ["GODOT_DAP_PORT", debugging.dapPort, debugging.adaptersEnabled],
    ["GODOT_LSP_PORT", debugging.lspPort, debugging.adaptersEnabled],
  ];
  const used = taken.filter(([, , on]) => on);
  for (const [name, port] of used) {
    const first = used.find(([, other]) => other === port);
    if (first === undefined || first[0] === name) continue;
    read.problem(name, `must not be the port of ${first[0]}`, "Give one of them another port.", String(port));
  }
}
