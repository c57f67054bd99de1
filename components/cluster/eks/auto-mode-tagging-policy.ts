import { type AwsAccount, buildArn } from "../../shared/aws/aws-environment.ts";
import type { IamStatement } from "../../shared/aws/iam-policy.ts";

/** EKS passes the cluster name as a session tag, so the permission is limited to resources of this cluster. */
const OWN_CLUSTER_CONDITION = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM replaces the placeholder
  "aws:RequestTag/eks:eks-cluster-name": "${aws:PrincipalTag/eks:eks-cluster-name}",
};

/**
 * The managed policies allow Auto Mode to set only EKS tags, so a NodeClass with `tags` could not start nodes. This policy
 * allows custom tags. Source: the EKS user guide, "Custom AWS tags for EKS Auto resources".
 */
export function autoModeTaggingStatements(aws: AwsAccount): IamStatement[] {
  const ec2 = (resource: string) => buildArn(aws, "ec2", `${resource}/*`);
  const images = `arn:${aws.partition}:ec2:${aws.region}::image/*`;
  return [
    {
      Sid: "Compute",
      Action: ["ec2:CreateFleet", "ec2:RunInstances", "ec2:CreateLaunchTemplate"],
      Resource: [
        ...[
          "fleet",
          "instance",
          "launch-template",
          "network-interface",
          "security-group",
          "subnet",
          "volume",
        ].map(ec2),
        images,
      ],
      Condition: {
        StringEquals: OWN_CLUSTER_CONDITION,
        StringLike: {
          "aws:RequestTag/eks:kubernetes-node-class-name": "*",
          "aws:RequestTag/eks:kubernetes-node-pool-name": "*",
        },
      },
    },
    {
      Sid: "Storage",
      Action: ["ec2:CreateVolume", "ec2:CreateSnapshot"],
      Resource: [ec2("volume"), `arn:${aws.partition}:ec2:${aws.region}::snapshot/*`, ec2("snapshot")],
      Condition: { StringEquals: OWN_CLUSTER_CONDITION },
    },
    {
      Sid: "Networking",
      Action: "ec2:CreateNetworkInterface",
      Resource: ["network-interface", "subnet", "security-group"].map(ec2),
      Condition: {
        StringEquals: OWN_CLUSTER_CONDITION,
        StringLike: { "aws:RequestTag/eks:kubernetes-cni-node-name": "*" },
      },
    },
    {
      Sid: "LoadBalancers",
      Action: [
        "elasticloadbalancing:CreateLoadBalancer",
        "elasticloadbalancing:CreateTargetGroup",
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:CreateRule",
      ],
      Resource: ["loadbalancer", "targetgroup", "listener", "listener-rule"].map((resource) =>
        buildArn(aws, "elasticloadbalancing", `${resource}/*`),
      ),
      Condition: { StringEquals: OWN_CLUSTER_CONDITION },
    },
    {
      Sid: "SecurityGroups",
      Action: "ec2:CreateSecurityGroup",
      Resource: [ec2("security-group"), ec2("vpc")],
      Condition: { StringEquals: OWN_CLUSTER_CONDITION },
    },
  ];
}
