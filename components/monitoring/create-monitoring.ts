import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../shared/aws/aws-environment.ts";
import { dependsOnList } from "../shared/depends-on.ts";
import { renderDashboards } from "./dashboards/index.ts";
import { Monitoring, type MonitoringArgs } from "./monitoring.ts";
import { createRemoteWriteRole } from "./prometheus/remote-write-role.ts";

interface CreateMonitoringArgs extends Omit<MonitoringArgs, "dashboards"> {
  readonly aws: AwsEnvironment | undefined;
}

/** Creates the monitoring with the product's dashboards and, for Amazon Managed Prometheus, the role that writes to it. */
export function createMonitoring(
  { aws, ...args }: CreateMonitoringArgs,
  opts: pulumi.ComponentResourceOptions,
): Monitoring {
  const { remoteWrite } = args.prometheus;
  const role = createRemoteWriteRole("monitoring-remote-write", aws, remoteWrite, opts);
  // A pod that starts before the pod identity association exists never gets credentials.
  const dependsOn = [...dependsOnList(opts), ...(role === undefined ? [] : [role])];
  return new Monitoring("monitoring", { ...args, dashboards: renderDashboards() }, { ...opts, dependsOn });
}
