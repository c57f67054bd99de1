import { Addon } from "@pulumi/aws/eks/addon.js";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { AwsAccount, AwsEnvironment } from "../../shared/aws/aws-environment.ts";
import { PodRole } from "../../shared/aws/pod-role.ts";
import type { Environment } from "../../shared/environments.ts";
import { commonLabels } from "../../shared/kubernetes/labels.ts";
import { certManagerStatements, externalDnsStatements } from "./route53-policies.ts";
import { EBS_CSI_DRIVER } from "./storage-class.ts";

interface AddOnsArgs {
  readonly environment: Environment;
  readonly aws: AwsAccount & Pick<AwsEnvironment, "cluster" | "clusterName">;
  /** The Route 53 hosted zone of the public domain. */
  readonly dnsZone: { readonly id: string; readonly name: string };
  /** The public domain. */
  readonly domain: string;
  readonly hasAcme: boolean;
  readonly hasVolumes: boolean;
  /** Pinned versions by add-on. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The add-ons that EKS installs and updates. Pass the node pools in `dependsOn`: an add-on without nodes is degraded. */
export class AddOns extends pulumi.ComponentResource {
  /** Known when EKS reports cert-manager as active; `undefined` without ACME. */
  readonly certManager: pulumi.Output<string> | undefined;

  constructor(name: string, args: AddOnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:cluster:AddOns", name, {}, opts);
    const roles = this.#roles(name, args);
    const { cluster, clusterName } = args.aws;
    const installed = new Map<string, Addon>();
    const options = { ...args, clusterName, zoneName: args.dnsZone.name };
    for (const { name: addonName, values } of addOnDefinitions(options)) {
      const role = roles[addonName];
      const addonVersion = args.versions[addonName];
      const addon = new Addon(
        `${name}-${addonName}`,
        {
          clusterName: cluster,
          addonName,
          // Without a version, EKS installs its default for the Kubernetes version.
          ...(addonVersion === undefined ? {} : { addonVersion }),
          ...(values === undefined ? {} : { configurationValues: JSON.stringify(values) }),
          // Manual changes are drift and are overwritten.
          resolveConflictsOnCreate: "OVERWRITE",
          resolveConflictsOnUpdate: "OVERWRITE",
        },
        {
          parent: this,
          // A pod that starts before its Pod Identity association exists gets no role until it is restarted.
          dependsOn: role === undefined ? [] : [role],
        },
      );
      installed.set(addonName, addon);
    }
    const snapshots = installed.get("snapshot-controller");
    if (snapshots !== undefined) this.#snapshotClass(name, args, snapshots);
    this.certManager = installed.get("cert-manager")?.id;
    this.registerOutputs({});
  }

  /** The IAM roles of add-ons, by add-on. */
  #roles(name: string, args: AddOnsArgs): Readonly<Record<string, PodRole>> {
    const { aws, dnsZone, domain } = args;
    const externalDns = new PodRole(
      `${name}-external-dns-identity`,
      {
        aws,
        purpose: "external-dns",
        namespace: "external-dns",
        serviceAccount: "external-dns",
        statements: externalDnsStatements(aws, dnsZone.id, domain),
      },
      { parent: this },
    );
    if (!args.hasAcme) return { "external-dns": externalDns };
    const certManager = new PodRole(
      `${name}-cert-manager-identity`,
      {
        aws,
        purpose: "cert-manager",
        namespace: "cert-manager",
        serviceAccount: "cert-manager",
        statements: certManagerStatements(aws, dnsZone.id, domain),
      },
      { parent: this },
    );
    return { "external-dns": externalDns, "cert-manager": certManager };
  }

  #snapshotClass(name: string, { environment }: AddOnsArgs, controller: pulumi.Resource): void {
    new kubernetes.apiextensions.CustomResource(
      `${name}-snapshot-class`,
      {
        apiVersion: "snapshot.storage.k8s.io/v1",
        kind: "VolumeSnapshotClass",
        metadata: { name: "spacetime-vr", labels: { ...commonLabels("storage", environment) } },
        driver: EBS_CSI_DRIVER,
        // A snapshot is kept when its VolumeSnapshot object is deleted.
        deletionPolicy: "Retain",
      } as kubernetes.apiextensions.CustomResourceArgs,
      { parent: this, dependsOn: [controller] },
    );
  }
}

interface AddOnDefinition {
  readonly name: string;
  /** Configuration values that the add-on's schema allows. */
  readonly values?: object;
}

interface AddOnOptions {
  readonly clusterName: string;
  /** The name of the Route 53 hosted zone that external-dns manages. */
  readonly zoneName: string;
  readonly hasAcme: boolean;
  readonly hasVolumes: boolean;
}

/**
 * The add-ons of an environment. Add-ons that Auto Mode has built in (vpc-cni, kube-proxy, coredns, aws-ebs-csi-driver,
 * eks-pod-identity-agent) must not be installed a second time.
 */
function addOnDefinitions(options: AddOnOptions): AddOnDefinition[] {
  return [
    // The autoscalers need its metrics.
    { name: "metrics-server" },
    // Alerts on Kubernetes objects and nodes need the metrics of these two.
    { name: "kube-state-metrics" },
    { name: "prometheus-node-exporter" },
    // Renews the certificates.
    ...(options.hasAcme ? [{ name: "cert-manager" }] : []),
    // Points the public domain to the load balancer.
    { name: "external-dns", values: externalDnsValues(options) },
    // Snapshots of database volumes; also installs the CRD of VolumeSnapshotClass.
    ...(options.hasVolumes ? [{ name: "snapshot-controller" }] : []),
  ];
}

function externalDnsValues({ clusterName, zoneName }: AddOnOptions): object {
  return {
    sources: ["service"],
    domainFilters: [zoneName],
    registry: "txt",
    // Marks the records of this cluster, because several clusters may share a zone.
    txtOwnerId: clusterName,
    // Records are deleted with their Service, because a stale record could later point to another owner's address.
    policy: "sync",
    interval: "1m",
    logFormat: "json",
  };
}
