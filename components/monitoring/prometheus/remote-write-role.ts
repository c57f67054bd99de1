import type * as pulumi from "@pulumi/pulumi";
import { type AwsFoundation, arnOf } from "../../shared/aws.ts";
import { MONITORING_NAMESPACE } from "../../shared/namespaces.ts";
import { PodRole } from "../../shared/pod-role.ts";
import type { RemoteWrite } from "../options.ts";

/** The role by which Prometheus writes to its workspace of Amazon Managed Prometheus, where it does so from a cluster of ours. */
export function createRemoteWriteRole(
  name: string,
  aws: AwsFoundation | undefined,
  remoteWrite: RemoteWrite,
  opts: pulumi.ComponentResourceOptions,
): PodRole | undefined {
  if (aws === undefined || remoteWrite.kind !== "amazon-managed-prometheus") return undefined;
  const { region, workspaceId } = remoteWrite;
  return new PodRole(
    name,
    {
      aws,
      purpose: "prometheus",
      namespace: MONITORING_NAMESPACE,
      serviceAccount: "prometheus",
      statements: [
        {
          Sid: "WriteSamples",
          Action: "aps:RemoteWrite",
          Resource: arnOf({ ...aws, region }, "aps", `workspace/${workspaceId}`),
        },
      ],
    },
    opts,
  );
}
