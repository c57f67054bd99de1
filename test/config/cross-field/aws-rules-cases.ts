import { useExistingCluster } from "../../support/filled-config.ts";
import type { InvalidConfigCase } from "../invalid-config-cases.ts";

/** Every mistake that only an environment on AWS can have, one at a time. */
export const AWS_RULES_CASES: readonly InvalidConfigCase[] = [
  {
    title: "an EKS cluster in no account",
    change: (values) => {
      delete values.aws;
    },
    expectedProblem:
      'spacetime-vr:aws: is missing: "cluster.kind: eks" requires it. Set account and region in Pulumi.production.yaml.',
  },
  {
    title: "an account beside somebody else's cluster, where nothing would be made in it",
    change: (values) => {
      const { aws } = values;
      useExistingCluster(values);
      values.aws = aws;
    },
    expectedProblem:
      'spacetime-vr:aws: must not be set: only "cluster.kind: eks" uses it. Remove it from Pulumi.production.yaml, or set "cluster.kind: eks".',
  },
  {
    title: "an account id without quotes, of which YAML makes a number",
    change: (values) => {
      values.aws.account = 471112345678;
    },
    expectedProblem:
      'spacetime-vr:aws.account is "471112345678": must be a string, not a number. Put it in quotes in Pulumi.production.yaml.',
  },
  {
    title: "a zone of another region, in which no subnet could be made",
    change: (values) => {
      values.cluster.zones[2] = "eu-west-1c";
    },
    expectedProblem:
      'spacetime-vr:cluster.zones[2] is "eu-west-1c": must be a zone of aws.region, which is eu-central-1. Choose a zone of that region in Pulumi.production.yaml.',
  },
  {
    title: "the same zone twice, which would be no spread at all",
    change: (values) => {
      values.cluster.zones[2] = "eu-central-1a";
    },
    expectedProblem:
      'spacetime-vr:cluster.zones[2] is "eu-central-1a": must be unique, but spacetime-vr:cluster.zones[0] has the same value. Choose another zone in Pulumi.production.yaml.',
  },
  {
    title: "a network that the pools outgrow, with the numbers",
    change: (values) => {
      values.cluster.network.cidr = "10.20.0.0/20";
    },
    expectedProblem:
      'spacetime-vr:cluster.network.cidr is "10.20.0.0/20": must be larger: a private subnet (10.20.0.0/23) has 507 addresses, and 28 nodes (56 on 2 zones, should one be lost) with 33 each need 924. Choose a larger network, or lower the limits of cluster.nodePools, in Pulumi.production.yaml.',
  },
  {
    title: "a network of addresses that belong to others on the internet",
    change: (values) => {
      values.cluster.network.cidr = "11.20.0.0/16";
    },
    expectedProblem:
      'spacetime-vr:cluster.network.cidr is "11.20.0.0/16": must be in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16: other addresses are public. Choose a private network in Pulumi.production.yaml.',
  },
  {
    title: "Services in the VPC's own range, which EKS refuses after ten minutes",
    change: (values) => {
      values.cluster.network.serviceCidr = "10.20.128.0/20";
    },
    expectedProblem:
      'spacetime-vr:cluster.network.serviceCidr is "10.20.128.0/20": must not overlap with the VPC, which is 10.20.0.0/16: EKS rejects it. Choose another network in Pulumi.production.yaml.',
  },
  {
    title: "an API server that is open to everybody",
    change: (values) => {
      values.cluster.access.publicCidrs = ["0.0.0.0/0"];
    },
    expectedProblem:
      'spacetime-vr:cluster.access.publicCidrs[0] is "0.0.0.0/0": must be a network of /16 or smaller: the API server must not be open to the whole internet. Correct it in Pulumi.production.yaml.',
  },
  {
    title: "a role with two access entries, of which EKS keeps one",
    change: (values) => {
      values.cluster.access.observers = [values.cluster.access.deployer];
    },
    expectedProblem:
      'spacetime-vr:cluster.access.observers[0] is "arn:aws:iam::471112345678:role/spacetime-vr-production-deplo…": must differ from spacetime-vr:cluster.access.deployer: EKS has one access entry per role. Keep only the entry with the most permissions in Pulumi.production.yaml.',
  },
  {
    title: "a user in place of a role, whose key never ends",
    change: (values) => {
      values.cluster.access.administrators = ["arn:aws:iam::471112345678:user/alice"];
    },
    expectedProblem:
      'spacetime-vr:cluster.access.administrators[0] is "arn:aws:iam::471112345678:user/alice": must be the ARN of an IAM role such as "arn:aws:iam::123456789012:role/operators". Correct it in Pulumi.production.yaml.',
  },
  {
    title: "a zone that does not hold the public name, so that no record would ever be written",
    change: (values) => {
      values.cluster.dnsZone.name = "othergame.com";
    },
    expectedProblem:
      'spacetime-vr:cluster.dnsZone.name is "othergame.com": must be the public domain (play.spacetime-vr.com) or a parent domain of it. Set the hosted zone of gateway.domain in Pulumi.production.yaml.',
  },
  {
    title: "a name that merely ends alike",
    change: (values) => {
      values.cluster.dnsZone.name = "time-vr.com";
    },
    expectedProblem:
      'spacetime-vr:cluster.dnsZone.name is "time-vr.com": must be the public domain (play.spacetime-vr.com) or a parent domain of it. Set the hosted zone of gateway.domain in Pulumi.production.yaml.',
  },
  {
    title: "certificates in another zone than the one that the cluster may write to",
    change: (values) => {
      values.certificates.hostedZoneId = "Z09999999QWERTZUIOPA";
    },
    expectedProblem:
      'spacetime-vr:certificates.hostedZoneId is "Z09999999QWERTZUIOPA": must be the id of cluster.dnsZone, which is Z04827193QWERTZUIOPA: the IAM roles in the cluster may write to no other zone. Set both keys to the same id in Pulumi.production.yaml.',
  },
  {
    title: "a retention that CloudWatch does not know",
    change: (values) => {
      values.cluster.logRetentionDays = 100;
    },
    expectedProblem:
      'spacetime-vr:cluster.logRetentionDays is "100": must be one of 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, the values that CloudWatch accepts. Correct it in Pulumi.production.yaml.',
  },
  {
    title: "a Kubernetes version that has left support",
    change: (values) => {
      values.cluster.version = "1.29";
    },
    expectedProblem:
      'spacetime-vr:cluster.version is "1.29": must be a Kubernetes version from 1.34 up, in quotes, such as "1.35". Correct it in Pulumi.production.yaml.',
  },
  {
    title: "a tag that AWS keeps for itself",
    change: (values) => {
      values.aws.tags = { "aws:owner": "games" };
    },
    expectedProblem:
      'spacetime-vr:aws.tags["aws:owner"] is "games": must be a tag name such as "cost-center", not starting with "aws:". Correct it in Pulumi.production.yaml.',
  },
];
