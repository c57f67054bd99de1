import type * as pulumi from "@pulumi/pulumi";
import { serverTlsMount, type TlsMounts } from "./components/certificates/tls-mount.ts";
import type { Cluster } from "./components/cluster/cluster.ts";
import type { Config } from "./components/config/config.ts";
import * as slices from "./components/config/monitoring-slices.ts";
import { CloudWatchLogs } from "./components/logging/cloudwatch-logs.ts";
import { LogShipper } from "./components/logging/log-shipper.ts";
import { renderDashboards } from "./components/monitoring/dashboards/index.ts";
import { Monitoring } from "./components/monitoring/monitoring.ts";
import { createRemoteWriteRole } from "./components/monitoring/prometheus/remote-write-role.ts";
import type { Secrets } from "./components/secrets/secrets.ts";

/** What the rest of the program gives to what watches it. */
export interface Observed {
  readonly cluster: Cluster;
  readonly secrets: Secrets;
  readonly mounts: TlsMounts;
  readonly opts: pulumi.ComponentResourceOptions & { readonly dependsOn: pulumi.Resource[] };
}

/** What watches the deployment: metrics, alerts and dashboards, and where logs go; wired here to keep `index.ts` short. */
export function observe(config: Config, observed: Observed): void {
  watch(config, observed);
  ship(config, observed);
}

function watch(config: Config, { cluster, secrets, mounts, opts }: Observed): void {
  const watched = slices.monitoring(config);
  if (watched === undefined) return;
  const { probes, redisAddress, postgres, ...own } = watched;
  const names = secrets.objectNames;
  const redis = redisAddress === undefined ? undefined : { address: redisAddress, secret: names.redis };
  const role = createRemoteWriteRole(
    "monitoring-remote-write",
    cluster.aws,
    own.prometheus.remoteWrite,
    opts,
  );
  new Monitoring(
    "monitoring",
    {
      ...own,
      dashboards: renderDashboards(),
      exporters: { probes, redis, postgres },
      storageClass: cluster.storageClass,
      secrets: names,
      tls: (server) => ({ ...serverTlsMount(mounts, server), placement: cluster.placement("monitoring") }),
    },
    // A pod that starts before its role is associated never gets one.
    { ...opts, dependsOn: [...opts.dependsOn, ...(role === undefined ? [] : [role])] },
  );
}

function ship(config: Config, { cluster, mounts, opts }: Observed): void {
  const shipped = slices.logging(config);
  if (shipped === undefined) return;
  const { environment, destination } = shipped;
  const { aws } = cluster;
  const isOurs = destination.kind === "cloudwatch" && aws !== undefined;
  const cloud = isOurs
    ? new CloudWatchLogs("logging-cloud", { environment, aws, destination }, { providers: [aws.provider] })
    : undefined;
  const tls = serverTlsMount(mounts, "fluent-bit");
  new LogShipper(
    "logging",
    { environment, destination, tls },
    { ...opts, dependsOn: [...opts.dependsOn, ...(cloud === undefined ? [] : [cloud])] },
  );
}
