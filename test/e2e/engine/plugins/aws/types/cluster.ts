import { randomUUID } from "node:crypto";
import type { Values } from "../account.ts";
import { type AwsType, arnOf, hex, invalidRole, property, SUBNET, text } from "./aws-type.ts";

/** The cluster, its permissions, keys and images. */
export const CLUSTER_TYPES: Readonly<Record<string, AwsType>> = {
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    service: "ECR",
    noun: "LifecyclePolicy",
    replacedBy: ["repository", "policy"],
    references: { repository: "repository" },
    id: property("repository"),
  },
  "aws:ecr/repository:Repository": {
    service: "ECR",
    noun: "Repository",
    unique: ["name"],
    collision: (name) => [
      400,
      "RepositoryAlreadyExistsException",
      `The repository with name '${name}' already exists in the registry`,
    ],
    replacedBy: ["name", "encryptionConfigurations"],
    references: { "encryptionConfigurations.kmsKey": "key" },
    id: property("name"),
    outputs: (inputs, place) => ({
      arn: arnOf("ecr", (values) => `repository/${text(values.name)}`)(inputs, place),
      repositoryUrl: `${place.account}.dkr.ecr.${place.region}.amazonaws.com/${text(inputs.name)}`,
    }),
    keeps: (inputs, { contents }) =>
      inputs.forceDelete !== true && (contents[text(inputs.name)] ?? 0) > 0
        ? [
            400,
            "RepositoryNotEmptyException",
            `The repository with name '${text(inputs.name)}' cannot be deleted because it still contains images`,
          ]
        : undefined,
  },
  "aws:eks/accessEntry:AccessEntry": {
    service: "EKS",
    noun: "AccessEntry",
    unique: ["clusterName", "principalArn"],
    collision: () => [
      409,
      "ResourceInUseException",
      "The specified access entry resource is already in use on this cluster.",
    ],
    replacedBy: ["clusterName", "principalArn", "type"],
    references: { clusterName: "cluster", principalArn: "principal" },
    id: (inputs) => `${text(inputs.clusterName)}:${text(inputs.principalArn)}`,
  },
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {
    service: "EKS",
    noun: "AccessPolicyAssociation",
    replacedBy: ["clusterName", "principalArn", "policyArn", "accessScope"],
    references: { clusterName: "cluster", principalArn: "accessEntry" },
    id: (inputs) => `${text(inputs.clusterName)}#${text(inputs.principalArn)}#${text(inputs.policyArn)}`,
  },
  "aws:eks/addon:Addon": {
    service: "EKS",
    noun: "Addon",
    unique: ["clusterName", "addonName"],
    collision: () => [409, "ResourceInUseException", "Addon already exists."],
    replacedBy: ["clusterName", "addonName"],
    references: { clusterName: "cluster" },
    id: (inputs) => `${text(inputs.clusterName)}:${text(inputs.addonName)}`,
  },
  "aws:eks/cluster:Cluster": {
    service: "EKS",
    noun: "Cluster",
    unique: ["name"],
    collision: (name) => [409, "ResourceInUseException", `Cluster already exists with name: ${name}`],
    replacedBy: [
      "name",
      "roleArn",
      "bootstrapSelfManagedAddons",
      "accessConfig.bootstrapClusterCreatorAdminPermissions",
      "kubernetesNetworkConfig.ipFamily",
      "kubernetesNetworkConfig.serviceIpv4Cidr",
    ],
    references: {
      roleArn: { name: "roleArn", failure: invalidRole((arn) => `roleArn, ${arn}, does not exist`) },
      "vpcConfig.subnetIds": SUBNET,
      "encryptionConfig.provider.keyArn": "key",
    },
    id: property("name"),
    outputs: (inputs, place) => ({
      arn: arnOf("eks", (values) => `cluster/${text(values.name)}`)(inputs, place),
      endpoint: place.server.endpoint,
      certificateAuthority: { data: place.server.authority },
      status: "ACTIVE",
      vpcConfig: { ...(inputs.vpcConfig as Values), clusterSecurityGroupId: `sg-${hex(17)}` },
    }),
    keeps: (inputs) =>
      inputs.deletionProtection === true
        ? [
            400,
            "InvalidRequestException",
            "Cluster deletion protection is enabled. Disable it before deleting the cluster.",
          ]
        : undefined,
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
    service: "EKS",
    noun: "PodIdentityAssociation",
    unique: ["clusterName", "namespace", "serviceAccount"],
    collision: () => [409, "ResourceInUseException", "Association already exists."],
    replacedBy: ["clusterName", "namespace", "serviceAccount"],
    references: { clusterName: "cluster", roleArn: "roleArn" },
    id: () => `a-${hex(17)}`,
    outputs: () => ({ associationId: `a-${hex(17)}` }),
  },
  "aws:iam/role:Role": {
    service: "IAM",
    noun: "Role",
    unique: ["name"],
    collision: (name) => [409, "EntityAlreadyExists", `Role with name ${name} already exists.`],
    replacedBy: ["name", "namePrefix", "path"],
    id: property("name"),
    outputs: (inputs, place) => ({
      arn: arnOf(
        "iam",
        (values) => `role${text(values.path ?? "/")}${text(values.name)}`,
        "global",
      )(inputs, place),
    }),
  },
  "aws:iam/rolePolicy:RolePolicy": {
    service: "IAM",
    noun: "RolePolicy",
    replacedBy: ["name", "namePrefix", "role"],
    references: {
      role: {
        name: "roleName",
        blocks: [409, "DeleteConflict", "Cannot delete entity, must delete policies first."],
      },
    },
    id: (inputs) => `${text(inputs.role)}:${text(inputs.name)}`,
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    service: "IAM",
    noun: "RolePolicy",
    replacedBy: ["role", "policyArn"],
    references: {
      role: {
        name: "roleName",
        blocks: [409, "DeleteConflict", "Cannot delete entity, must detach all policies first."],
      },
    },
    id: (inputs) => `${text(inputs.role)}/${text(inputs.policyArn)}`,
  },
  "aws:kms/alias:Alias": {
    service: "KMS",
    noun: "Alias",
    unique: ["name"],
    collision: (name) => [400, "AlreadyExistsException", `An alias with the name ${name} already exists`],
    replacedBy: ["name", "namePrefix"],
    references: { targetKeyId: "key" },
    id: property("name"),
  },
  "aws:kms/key:Key": {
    service: "KMS",
    noun: "Key",
    replacedBy: ["customerMasterKeySpec", "keyUsage", "multiRegion", "customKeyStoreId"],
    id: () => randomUUID(),
    outputs: (_inputs, { account, region }, id) => ({
      arn: `arn:aws:kms:${region}:${account}:key/${id}`,
      keyId: id,
    }),
  },
};
