import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../shared/environments.ts";
import { commonLabels } from "../shared/kubernetes/labels.ts";
import type { Flow } from "../shared/network/application-flows.ts";
import { type ClusterDns, workloadNetworkPolicies } from "./network-policy-specs.ts";

export interface NetworkPoliciesArgs {
  readonly environment: Environment;
  /** The traffic that exists; everything else stays denied. */
  readonly flows: readonly Flow[];
  readonly dns: ClusterDns;
}

/** The exceptions to each namespace's default denial: exactly the declared flows. */
export class NetworkPolicies extends pulumi.ComponentResource {
  constructor(name: string, args: NetworkPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:cluster:NetworkPolicies", name, {}, opts);
    for (const { workload, namespace, spec } of workloadNetworkPolicies(args.flows, args.dns)) {
      new kubernetes.networking.v1.NetworkPolicy(
        `${name}-${workload}`,
        {
          metadata: { name: workload, namespace, labels: { ...commonLabels(workload, args.environment) } },
          spec,
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
