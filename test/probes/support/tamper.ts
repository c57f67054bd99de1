import type { Ask, Reply } from "../../../probes/client/http.ts";
import type { Session } from "../../../probes/client/telemetry.ts";
import type { TlsFacts } from "../../../probes/client/tls.ts";
import type { Context } from "../../../probes/context.ts";
import { Metrics } from "../../../probes/sources/exposition.ts";
import type { Cluster } from "../../../probes/sources/kubernetes.ts";
import type { ProcessDeployment } from "../../../probes/sources/processes.ts";
import { CLUSTER_IMAGE, healthyCluster } from "./cluster.ts";
import { grafanaWith, prometheusWith } from "./monitoring.ts";

/** What differs from a healthy environment in one case. */
export type Tamper = (context: Context) => Partial<Context>;

type When = (ask: Ask) => boolean;

/** Changes the answers to some questions, as in `GET /health`. */
export function answer(
  question: RegExp,
  change: (reply: Reply, ask: Ask) => Partial<Reply>,
  when: When = () => true,
): Tamper {
  return (context) => ({
    http: async (path, ask = {}) => {
      const real = await context.http(path, ask);
      const isMeant = question.test(`${ask.method ?? "GET"} ${path}`) && when(ask);
      return isMeant ? { ...real, ...change(real, ask) } : real;
    },
  });
}

export function status(question: RegExp, code: number, when?: When): Tamper {
  return answer(
    question,
    () => ({ status: code, json: { error: "tampered", message: "tampered" }, text: "tampered" }),
    when,
  );
}

/** Changes members of a JSON answer. */
export function member(question: RegExp, patch: Readonly<Record<string, unknown>>): Tamper {
  return answer(question, ({ json }) => ({ json: { ...(json as object), ...patch } }));
}

export function header(question: RegExp, name: string, value: string): Tamper {
  return answer(question, ({ headers }) => ({ headers: { ...headers, [name]: value } }));
}

export function session(change: (session: Session) => Partial<Session>): Tamper {
  return (context) => ({
    telemetry: async (listen) => {
      const real = await context.telemetry({ ...listen, ms: Math.min(listen.ms, 200) });
      return { ...real, ...change(real) };
    },
  });
}

export function certificate(change: Partial<TlsFacts>): Tamper {
  return (context) => ({ tls: async (...given) => ({ ...(await context.tls(...given)), ...change }) });
}

/** A scrape with some lines replaced. */
export function scrape(text: string): Tamper {
  return () => ({ metrics: async () => new Metrics(text) });
}

/** Scrapes one after the other; the last one stays. */
export function scrapes(...texts: readonly string[]): Tamper {
  return () => {
    let turn = 0;
    return {
      metrics: async () => {
        const text = texts[Math.min(turn, texts.length - 1)] ?? "";
        turn += 1;
        return new Metrics(text);
      },
    };
  };
}

export function deployment(change: Partial<ProcessDeployment>): Tamper {
  return (context) => ({
    processes: async () => {
      if (context.processes === undefined) throw new Error("this case is for processes");
      return { ...(await context.processes()), ...change };
    },
  });
}

export function cluster(change: (cluster: Cluster) => Cluster): Tamper {
  return (context) => ({
    cluster: async () => {
      if (context.cluster === undefined) throw new Error("this case is for a cluster");
      return change(await context.cluster());
    },
  });
}

export function target(change: Partial<Context["target"]>): Tamper {
  return (context) => ({ target: { ...context.target, ...change } });
}

export function expected(change: Partial<Context["target"]["expected"]>): Tamper {
  return (context) => ({
    target: { ...context.target, expected: { ...context.target.expected, ...change } },
  });
}

/** Several changes, each on what the ones before it left. */
export function all(...tampers: readonly Tamper[]): Tamper {
  return (context) => {
    let changed = context;
    for (const tamper of tampers) changed = { ...changed, ...tamper(changed) };
    return changed;
  };
}

/** Pauses that a tampered world need not wait for. */
export const quick: Tamper = (context) => ({ pause: (ms) => context.pause(Math.min(ms, 20)) });

const OK = { autoloads: "ok", database: "ok", redis: "ok", draining: "ok" };
const VARIABLES = { GODOT_ENV: "production", GODOT_MAIN_SCENE: "res://vr_main.tscn" };

/** The same server as if it stood in a healthy cluster with its monitoring. */
export const inCluster: Tamper = (context) => {
  const { local: _local, ...rest } = context.target;
  const { expected: wanted } = rest;
  const moved: Context = {
    ...context,
    processes: undefined as never,
    target: {
      ...rest,
      cluster: {},
      expected: {
        ...wanted,
        image: CLUSTER_IMAGE,
        servers: 2,
        autoscaled: true,
        variables: new Map(Object.entries(VARIABLES)),
      },
    },
    cluster: async () => healthyCluster(VARIABLES),
    resolve: async () => ["192.0.2.1"],
    port: async () => "closed",
    logs: async () => "no headset: going on in desktop mode",
    prometheus: prometheusWith(),
    alertmanager: async () => [{ labels: { alertname: "Watchdog" } }],
    grafana: grafanaWith(3, 8),
  };
  const ready = member(/^GET \/ready/, { checks: OK });
  const postgres = member(/^GET \/status/, { persistence: { kind: "postgres", state: "ok" } });
  const gateway = answer(/./, ({ headers }) => ({ headers: { ...headers, ...GATEWAY } }));
  return all(ready, postgres, gateway)(moved);
};

const GATEWAY = {
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'",
  "permissions-policy": "camera=()",
};
