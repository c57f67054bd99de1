import type * as pulumi from "@pulumi/pulumi";
import { type AwsEnvironment, buildArn } from "../../shared/aws/aws-environment.ts";
import { PodRole } from "../../shared/aws/pod-role.ts";
import { MONITORING_NAMESPACE } from "../../shared/kubernetes/namespaces.ts";
import type { RemoteWrite } from "../options.ts";

/** The IAM role with which Prometheus writes to Amazon Managed Prometheus from an EKS cluster. */
export function createRemoteWriteRole(
  name: string,
  aws: AwsEnvironment | undefined,
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
          Resource: buildArn({ ...aws, region }, "aps", `workspace/${workspaceId}`),
        },
      ],
    },
    opts,
  );
}
