import type { AwsAccount } from "../../shared/aws/aws-environment.ts";
import type { IamStatement } from "../../shared/aws/iam-policy.ts";

function hostedZoneArn({ partition }: AwsAccount, zoneId: string): string {
  return `arn:${partition}:route53:::hostedzone/${zoneId}`;
}

/** external-dns creates a TXT record for each record to mark its ownership, named like `a-play.example.com`. */
const TXT_RECORD_PREFIXES = ["a", "aaaa", "cname"];

/** What external-dns may do: keep the records of the one public name, in the one zone. */
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
    // Knows no narrower resource: external-dns looks for its zone among all.
    { Sid: "FindTheZone", Action: "route53:ListHostedZones", Resource: "*" },
  ];
}

/** What cert-manager may do: answer DNS-01 challenges for the public name, and nothing else in the zone. */
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
