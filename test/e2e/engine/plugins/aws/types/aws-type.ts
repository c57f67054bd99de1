import { randomBytes } from "node:crypto";
import type { AccountState, Values } from "../account.ts";
import type { AwsFailure } from "../errors.ts";
import type { ReferenceName } from "../references.ts";

/** Where a resource is created. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly server: { readonly endpoint: string; readonly authority: string };
}

/** How AWS treats a type; its properties come from the SDK's typings. */
export interface AwsType {
  /** The API in its errors, and the noun of its operations. */
  readonly service: string;
  readonly noun: string;
  /** The properties whose values nothing else of the type may have. */
  readonly unique?: readonly string[];
  readonly collision?: (name: string) => AwsFailure;
  /** Paths of properties whose change replaces the resource: `ForceNew` or `RequiresReplace` in hashicorp/terraform-provider-aws. */
  readonly replacedBy: readonly string[];
  /** What the values at these paths name, and the error of AWS if it is not the usual one. */
  readonly references?: Readonly<Record<string, ReferenceName | Reference>>;
  readonly id?: (inputs: Values, place: Place) => string;
  readonly outputs?: (inputs: Values, place: Place, id: string) => Values;
  /** Why the resource cannot be deleted now. */
  readonly keeps?: (inputs: Values, state: AccountState) => AwsFailure | undefined;
}

export interface Reference {
  readonly name: ReferenceName;
  readonly failure?: (value: string) => AwsFailure;
  /** The error of deleting the other resource while this one exists; undefined if AWS allows it. */
  readonly blocks?: AwsFailure;
}

export const hex = (length: number): string => randomBytes(length).toString("hex").slice(0, length);
export const text = (value: unknown): string => String(value ?? "");
export const property =
  (name: string) =>
  (inputs: Values): string =>
    text(inputs[name]);

export function arnOf(
  service: string,
  resource: (inputs: Values) => string,
  scope: "regional" | "global" | "bare" = "regional",
) {
  return (inputs: Values, { account, region }: Place): string => {
    const where = { regional: `${region}:${account}`, global: `:${account}`, bare: ":" }[scope];
    return `arn:aws:${service}:${where}:${resource(inputs)}`;
  };
}

const IN_USE = (noun: string): AwsFailure => [
  400,
  "DependencyViolation",
  `The ${noun} has dependencies and cannot be deleted.`,
];
export const blocking = (name: ReferenceName, noun: string): Reference => ({ name, blocks: IN_USE(noun) });

export const VPC = blocking("vpc", "vpc");
export const SUBNET = blocking("subnet", "subnet");
export const SECURITY_GROUP = blocking("securityGroup", "security group");

export const ec2 = (prefix: string, noun: string) => ({
  service: "EC2",
  noun,
  id: () => `${prefix}-${hex(17)}`,
});

export const bucketPart = (noun: string, replacedBy: readonly string[] = []): AwsType => ({
  service: "S3",
  noun,
  replacedBy: ["bucket", ...replacedBy],
  references: { bucket: "bucket" },
  id: property("bucket"),
});

export const invalidRole =
  (message: (arn: string) => string) =>
  (arn: string): AwsFailure => [400, "InvalidParameterException", message(arn)];
