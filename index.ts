import type * as pulumi from "@pulumi/pulumi";
import { Admission } from "./components/admission/admission.ts";
import { Certificates } from "./components/certificates/certificates.ts";
import {
  revisionAnnotations,
  serverTls,
  type TlsMounts,
  tlsVolume,
} from "./components/certificates/tls-mount.ts";
import { ExistingCluster } from "./components/cluster/existing-cluster.ts";
import { Namespaces } from "./components/cluster/namespaces.ts";
import { NetworkPolicies } from "./components/cluster/network-policies.ts";
import type { Config } from "./components/config/config.ts";
import { loadConfig } from "./components/config/load.ts";
import * as monitored from "./components/config/monitoring-slices.ts";
import * as slices from "./components/config/slices.ts";
import { Postgres } from "./components/data/postgres.ts";
import { Redis } from "./components/data/redis.ts";
import { GameServer } from "./components/game-server/game-server.ts";
import { GATEWAY_PORT, Gateway } from "./components/gateway/gateway.ts";
import { LogShipper } from "./components/logging/log-shipper.ts";
import { dashboards } from "./components/monitoring/dashboards/index.ts";
import { Monitoring } from "./components/monitoring/monitoring.ts";
import { Secrets } from "./components/secrets/secrets.ts";
import type { InternalServer } from "./components/shared/flows.ts";

/**
 * The program: everything that one environment consists of. Returns the stack's outputs. This is the module's only export,
 * because the engine takes either a default export or named ones.
 */
export default function program(config: Config = loadConfig()): Record<string, unknown> {
  const { environment } = config;
  const cluster = new ExistingCluster("cluster", slices.cluster(config));
  const { storageClass, zones } = cluster;
  const namespaces = new Namespaces(
    "namespaces",
    { environment, namespaces: monitored.namespaces(config) },
    { providers: [cluster.provider] },
  );
  const inside = { providers: [cluster.provider], dependsOn: [namespaces] };

  new Admission("admission", slices.admission(config), inside);
  const network = new NetworkPolicies(
    "network",
    { environment, flows: slices.flows(config, GATEWAY_PORT) },
    inside,
  );
  const secrets = new Secrets("secrets", slices.secrets(config), inside);
  const certificates = new Certificates("certificates", slices.certificates(config), inside);
  const { mounts } = certificates;
  // Pods refer to Secrets by name, which orders nothing by itself.
  const equipped = { ...inside, dependsOn: [namespaces, network, secrets, certificates] };

  const tls = (server: InternalServer) => serverTls(mounts, server);
  const store = (server: "postgres" | "redis") => ({
    environment,
    storageClass,
    secretName: secrets.objectNames[server],
    tls: tls(server),
  });
  const isWatched = config.monitoring.kind !== "none";
  const redis = new Redis("redis", { ...slices.redis(config), ...store("redis") }, equipped);
  const database = slices.inClusterDatabase(config);
  const postgres = database && new Postgres("postgres", { ...database, ...store("postgres") }, equipped);

  const gameServer = new GameServer(
    "game-server",
    {
      ...slices.gameServer(config),
      zones,
      pod: {
        ...slices.gameServerPod(config),
        secretVariables: slices.secretVariables(config).map(({ name, secret }) => ({
          name,
          reference: secrets.reference("spacetime", secret),
        })),
        tlsVolume: tls("game-server").volume,
        annotations: tls("game-server").annotations,
      },
    },
    { ...equipped, dependsOn: [...equipped.dependsOn, redis, ...(postgres === undefined ? [] : [postgres])] },
  );
  new Gateway(
    "gateway",
    {
      ...slices.gateway(config),
      zones,
      certificateVolume: tlsVolume("gateway-tls", mounts.gateway),
      authorityVolume: tlsVolume("internal-tls", mounts.authority),
      metricsVolume: isWatched ? serverTls(mounts, "gateway", "metrics-tls").volume : undefined,
      annotations: {
        ...revisionAnnotations(mounts.gateway, mounts.authority),
        // The leaf is signed anew with its authority, so its revision stands for both.
        ...(isWatched ? tls("gateway").annotations : {}),
      },
    },
    { ...equipped, dependsOn: [...equipped.dependsOn, gameServer] },
  );
  observe(config, { storageClass, secrets, mounts, opts: equipped });
  return { environment, url: slices.publicUrl(config) };
}

interface Observed {
  readonly storageClass: string;
  readonly secrets: Secrets;
  readonly mounts: TlsMounts;
  readonly opts: pulumi.ComponentResourceOptions;
}

/** What watches the deployment: metrics, alerts and dashboards, and where logs go. */
function observe(config: Config, { storageClass, secrets, mounts, opts }: Observed): void {
  const tls = (server: InternalServer) => serverTls(mounts, server);
  const names = secrets.objectNames;
  const watched = monitored.monitoring(config);
  if (watched !== undefined) {
    const { probes, redisAddress, postgres, ...own } = watched;
    const redis = { address: redisAddress, secret: names.redis };
    const given = {
      dashboards: dashboards(),
      exporters: { probes, redis, postgres },
      storageClass,
      secrets: names,
      tls,
    };
    new Monitoring("monitoring", { ...own, ...given }, opts);
  }
  const shipped = monitored.logging(config);
  if (shipped === undefined) return;
  const { environment, destination } = shipped;
  new LogShipper("logging", { environment, destination, tls: tls("fluent-bit") }, opts);
}
