import type { AwsAccount } from "../../shared/aws/aws-environment.ts";
import type { IamStatement } from "../../shared/aws/iam-policy.ts";

function hostedZoneArn({ partition }: AwsAccount, zoneId: string): string {
  return `arn:${partition}:route53:::hostedzone/${zoneId}`;
}

/** external-dns creates a TXT record for each record to mark its ownership, named like `a-play.example.com`. */
const TXT_RECORD_PREFIXES = ["a", "aaaa", "cname"];

/** Permissions of external-dns: manage the records of the public domain in its hosted zone. */
export function externalDnsStatements(aws: AwsAccount, zoneId: string, domain: string): IamStatement[] {
  return [
    {
      Sid: "KeepThePublicName",
      Action: "route53:ChangeResourceRecordSets",
      Resource: hostedZoneArn(aws, zoneId),
      Condition: {
        "ForAllValues:StringEquals": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
            domain,
            ...TXT_RECORD_PREFIXES.map((prefix) => `${prefix}-${domain}`),
          ],
        },
      },
    },
    { Sid: "ReadTheZone", Action: "route53:ListResourceRecordSets", Resource: hostedZoneArn(aws, zoneId) },
    { Sid: "ReadTheZonesTags", Action: "route53:ListTagsForResources", Resource: hostedZoneArn(aws, zoneId) },
    // Does not support a resource restriction: external-dns lists all zones to find its own.
    { Sid: "FindTheZone", Action: "route53:ListHostedZones", Resource: "*" },
  ];
}

/** Permissions of cert-manager: answer DNS-01 challenges for the public domain. */
export function certManagerStatements(aws: AwsAccount, zoneId: string, domain: string): IamStatement[] {
  return [
    {
      Sid: "AnswerChallenges",
      Action: "route53:ChangeResourceRecordSets",
      Resource: hostedZoneArn(aws, zoneId),
      Condition: {
        "ForAllValues:StringEquals": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": [`_acme-challenge.${domain}`],
          "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"],
        },
      },
    },
    { Sid: "ReadTheZone", Action: "route53:ListResourceRecordSets", Resource: hostedZoneArn(aws, zoneId) },
    {
      Sid: "AwaitTheChange",
      Action: "route53:GetChange",
      Resource: `arn:${aws.partition}:route53:::change/*`,
    },
  ];
}
