import type { CheckContext } from "../../../probes/check-context.ts";
import type { HttpResponse, RequestOptions } from "../../../probes/client/http.ts";
import type { TelemetrySession } from "../../../probes/client/telemetry.ts";
import type { TlsHandshake } from "../../../probes/client/tls.ts";
import { ScrapedMetrics } from "../../../probes/sources/exposition.ts";
import type { ClusterState } from "../../../probes/sources/kubernetes.ts";
import type { ProcessDeployment } from "../../../probes/sources/processes.ts";
import type { PlannedObject } from "../../../probes/target/target.ts";
import { fakeGrafana, fakePrometheus, type QuerySeries } from "./fake-monitoring.ts";
import { CLUSTER_IMAGE, healthyCluster } from "./healthy-cluster.ts";

/** What differs from a healthy environment in a case. */
export type ContextOverride = (context: CheckContext) => Partial<CheckContext>;

type RequestFilter = (request: RequestOptions) => boolean;

/** Changes the responses to some requests, such as `GET /health`. */
export function overrideResponse(
  pattern: RegExp,
  change: (reply: HttpResponse, request: RequestOptions) => Partial<HttpResponse>,
  when: RequestFilter = () => true,
): ContextOverride {
  return (context) => ({
    http: async (path, request = {}) => {
      const real = await context.http(path, request);
      const isMeant = pattern.test(`${request.method ?? "GET"} ${path}`) && when(request);
      return isMeant ? { ...real, ...change(real, request) } : real;
    },
  });
}

export function overrideStatus(pattern: RegExp, code: number, when?: RequestFilter): ContextOverride {
  return overrideResponse(
    pattern,
    () => ({ status: code, json: { error: "tampered", message: "tampered" }, text: "tampered" }),
    when,
  );
}

/** Changes fields of a JSON response. */
export function overrideJson(pattern: RegExp, patch: Readonly<Record<string, unknown>>): ContextOverride {
  return overrideResponse(pattern, ({ json }) => ({ json: { ...(json as object), ...patch } }));
}

export function overrideHeader(pattern: RegExp, name: string, value: string): ContextOverride {
  return overrideResponse(pattern, ({ headers }) => ({ headers: { ...headers, [name]: value } }));
}

export function overrideSession(
  change: (session: TelemetrySession) => Partial<TelemetrySession>,
): ContextOverride {
  return (context) => ({
    telemetry: async (listen) => {
      const real = await context.telemetry({ ...listen, ms: Math.min(listen.ms, 200) });
      return { ...real, ...change(real) };
    },
  });
}

export function overrideTls(change: Partial<TlsHandshake>): ContextOverride {
  return (context) => ({ tls: async (...given) => ({ ...(await context.tls(...given)), ...change }) });
}

/** Replaces some lines of a scrape. */
export function overrideMetrics(text: string): ContextOverride {
  return () => ({ metrics: async () => new ScrapedMetrics(text) });
}

/** Returns these scrapes one after the other; the last one is repeated. */
export function overrideMetricsSequence(...texts: readonly string[]): ContextOverride {
  return () => {
    let turn = 0;
    return {
      metrics: async () => {
        const text = texts[Math.min(turn, texts.length - 1)] ?? "";
        turn += 1;
        return new ScrapedMetrics(text);
      },
    };
  };
}

export function overrideProcesses(change: Partial<ProcessDeployment>): ContextOverride {
  return (context) => ({
    processes: async () => {
      if (context.processes === undefined) throw new Error("this case is for processes");
      return { ...(await context.processes()), ...change };
    },
  });
}

export function overrideCluster(change: (cluster: ClusterState) => ClusterState): ContextOverride {
  return (context) => ({
    cluster: async () => {
      if (context.cluster === undefined) throw new Error("this case is for a cluster");
      return change(await context.cluster());
    },
  });
}

export function overrideTarget(change: Partial<CheckContext["target"]>): ContextOverride {
  return (context) => ({ target: { ...context.target, ...change } });
}

export function overrideExpectations(change: Partial<CheckContext["target"]["expected"]>): ContextOverride {
  return (context) => ({
    target: { ...context.target, expected: { ...context.target.expected, ...change } },
  });
}

/** Combines several overrides; each one sees the result of the previous ones. */
export function combineOverrides(...overrides: readonly ContextOverride[]): ContextOverride {
  return (context) => {
    let changed = context;
    for (const override of overrides) changed = { ...changed, ...override(changed) };
    return changed;
  };
}

/** Shortens the pauses of checks. */
export const shortenPauses: ContextOverride = (context) => ({
  pause: (ms) => context.pause(Math.min(ms, 20)),
});

const READY_CHECKS = { autoloads: "ok", database: "ok", redis: "ok", draining: "ok" };
const VARIABLES = { GODOT_ENV: "production", GODOT_MAIN_SCENE: "res://vr_main.tscn" };

/** A server in a cluster whose checks are all applicable. */
export const inHealthyCluster: ContextOverride = (context) =>
  inCluster({
    cluster: healthyCluster(VARIABLES),
    expected: {
      image: CLUSTER_IMAGE,
      servers: 2,
      autoscaled: true,
      variables: new Map(Object.entries(VARIABLES)),
    },
  })(context);

interface ClusterContext {
  readonly cluster: ClusterState;
  readonly expected: Partial<CheckContext["target"]["expected"]>;
  readonly planned?: readonly PlannedObject[];
  /** Series that differ from the healthy ones. */
  readonly series?: QuerySeries;
}

/** The same server in a cluster, with monitoring. */
export const inCluster =
  ({ cluster, expected, planned, series = [] }: ClusterContext): ContextOverride =>
  (context) => {
    const { local: _local, ...rest } = context.target;
    const moved: CheckContext = {
      ...context,
      processes: undefined as never,
      target: {
        ...rest,
        cluster: {},
        expected: { ...rest.expected, ...expected },
        ...(planned === undefined ? {} : { planned }),
      },
      cluster: async () => cluster,
      resolve: async () => ["192.0.2.1"],
      port: async () => "closed",
      logs: async () => "no VR headset found; continuing in desktop mode",
      prometheus: fakePrometheus(series),
      alertmanager: async () => [{ labels: { alertname: "Watchdog" } }],
      grafana: fakeGrafana(3, 8),
    };
    const ready = overrideJson(/^GET \/ready/, { checks: READY_CHECKS });
    const postgres = overrideJson(/^GET \/status/, { persistence: { kind: "postgres", state: "ok" } });
    const gateway = overrideResponse(/./, ({ headers }) => ({ headers: { ...headers, ...GATEWAY_HEADERS } }));
    return combineOverrides(ready, postgres, gateway)(moved);
  };

const GATEWAY_HEADERS = {
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'",
  "permissions-policy": "camera=()",
};
