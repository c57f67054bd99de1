import { addressCount, parseCidr } from "../../components/shared/aws/subnet-plan.ts";
import type { Json, JsonObject, PlannedResource } from "../../plan/plan.ts";
import { policyProblems } from "./policy-document-rules.ts";

/** An argument that the provider or AWS would reject but mocks accept. */
interface ArgumentRule {
  readonly id: string;
  /** What is wrong with a resource's arguments; nothing for types that the rule does not know. */
  readonly problems: (resource: PlannedResource) => readonly string[];
}

interface NameConstraint {
  readonly property: string;
  readonly longest: number;
  readonly form: RegExp;
}

const LOWER_DASHED = /^[a-z](-?[a-z0-9])*$/;

/** Names by type token, with the limits of each service's API reference (Create… calls). */
const NAME_CONSTRAINTS: Readonly<Record<string, NameConstraint>> = {
  "aws:cloudwatch/logGroup:LogGroup": { property: "name", longest: 512, form: /^[.\-_/#A-Za-z0-9]+$/ },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { property: "name", longest: 255, form: /^[^\p{C}]+$/u },
  "aws:ec2/securityGroup:SecurityGroup": {
    property: "name",
    longest: 255,
    form: /^(?!sg-)[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]+$/,
  },
  "aws:eks/cluster:Cluster": { property: "name", longest: 100, form: /^[0-9A-Za-z][A-Za-z0-9_-]*$/ },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    property: "replicationGroupId",
    longest: 40,
    form: LOWER_DASHED,
  },
  "aws:elasticache/parameterGroup:ParameterGroup": { property: "name", longest: 255, form: LOWER_DASHED },
  "aws:elasticache/subnetGroup:SubnetGroup": { property: "name", longest: 255, form: /^[a-z0-9-]+$/ },
  "aws:iam/role:Role": { property: "name", longest: 64, form: /^[\w+=,.@-]+$/ },
  "aws:iam/rolePolicy:RolePolicy": { property: "name", longest: 128, form: /^[\w+=,.@-]+$/ },
  "aws:kms/alias:Alias": { property: "name", longest: 256, form: /^alias\/(?!aws\/)[a-zA-Z0-9/_-]+$/ },
  "aws:rds/instance:Instance": { property: "identifier", longest: 63, form: LOWER_DASHED },
  "aws:rds/parameterGroup:ParameterGroup": { property: "name", longest: 255, form: LOWER_DASHED },
  "aws:rds/subnetGroup:SubnetGroup": { property: "name", longest: 255, form: /^[a-z0-9 ._-]+$/ },
  "aws:s3/bucket:Bucket": { property: "bucket", longest: 63, form: /^(?!xn--)[a-z0-9][a-z0-9.-]+[a-z0-9]$/ },
  "aws:secretsmanager/secret:Secret": { property: "name", longest: 512, form: /^[\w/+=.@-]+$/ },
  "aws:sns/topic:Topic": { property: "name", longest: 256, form: /^[A-Za-z0-9_-]+$/ },
};

function nameProblems({ type, inputs }: PlannedResource): string[] {
  const rule = NAME_CONSTRAINTS[type];
  if (rule === undefined) return [];
  const name = inputs[rule.property];
  // A name of content that only the engine knows (a bucket's suffix) is judged where it is made.
  if (typeof name !== "string")
    return [`${rule.property} is not named: AWS' own would differ at every deployment`];
  return [
    ...(name.length > rule.longest
      ? [`${rule.property} has ${name.length} characters, and ${rule.longest} are the most`]
      : []),
    ...(rule.form.test(name) ? [] : [`${rule.property} "${name}" has characters that the service rejects`]),
  ];
}

/** Allowed numbers by type token and property. */
const NUMBER_CONSTRAINTS: Readonly<Record<string, Readonly<Record<string, (value: number) => boolean>>>> = {
  "aws:cloudwatch/logGroup:LogGroup": {
    retentionInDays: (days) =>
      [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
        3653,
      ].includes(days),
  },
  "aws:ec2/flowLog:FlowLog": { maxAggregationInterval: (seconds) => seconds === 60 || seconds === 600 },
  "aws:elasticache/replicationGroup:ReplicationGroup": { snapshotRetentionLimit: isBetween(0, 35) },
  "aws:kms/key:Key": { deletionWindowInDays: isBetween(7, 30), rotationPeriodInDays: isBetween(90, 2560) },
  "aws:rds/instance:Instance": {
    backupRetentionPeriod: isBetween(0, 35),
    monitoringInterval: (seconds) => [0, 1, 5, 10, 15, 30, 60].includes(seconds),
    performanceInsightsRetentionPeriod: (days) =>
      days === 7 || days === 731 || (days % 31 === 0 && days <= 713),
  },
  "aws:secretsmanager/secret:Secret": {
    recoveryWindowInDays: (days) => days === 0 || isBetween(7, 30)(days),
  },
};

function isBetween(least: number, most: number): (value: number) => boolean {
  return (value) => value >= least && value <= most;
}

function numberProblems({ type, inputs }: PlannedResource): string[] {
  return Object.entries(NUMBER_CONSTRAINTS[type] ?? {}).flatMap(([property, accepts]) => {
    const value = inputs[property];
    return value === undefined || (typeof value === "number" && accepts(value))
      ? []
      : [`${property} is ${JSON.stringify(value)}, which the service rejects`];
  });
}

/** Every text of a resource with the keys that lead to it. */
function stringValues(
  value: Json,
  path: readonly string[] = [],
): { readonly path: readonly string[]; readonly text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((inner: Json) => stringValues(inner, path));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => stringValues(inner, [...path, key]));
}

function isCidr(text: string): boolean {
  if (!/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/.test(text)) return false;
  const network = parseCidr(text);
  const octets = text.split("/")[0]?.split(".").map(Number) ?? [];
  return (
    octets.every((octet) => octet <= 255) &&
    network.prefix <= 32 &&
    network.first % addressCount(network) === 0
  );
}

function cidrProblems({ inputs }: PlannedResource): string[] {
  return stringValues(inputs)
    .filter(({ path }) => /cidr/i.test(path.at(-1) ?? ""))
    .filter(({ text }) => !isCidr(text))
    .map(({ path, text }) => `${path.join(".")} "${text}" is not a valid CIDR`);
}

const ARN_PATTERN = /^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}|aws)?:.+$/;

function arnProblems({ inputs }: PlannedResource): string[] {
  return stringValues(inputs)
    .filter(({ path, text }) => text.startsWith("arn:") || /Arn$/.test(path.at(-1) ?? ""))
    .filter(({ text }) => !ARN_PATTERN.test(text) && !/^generated:|^\[unknown\]$/.test(text))
    .map(({ path, text }) => `${path.join(".")} "${text}" is not a valid ARN`);
}

const TIME_PATTERN = "([01]\\d|2[0-3]):[0-5]\\d";
const DAY_PATTERN = "(mon|tue|wed|thu|fri|sat|sun)";
const DAILY_WINDOW = new RegExp(`^${TIME_PATTERN}-${TIME_PATTERN}$`);
const WEEKLY_WINDOW = new RegExp(`^${DAY_PATTERN}:${TIME_PATTERN}-${DAY_PATTERN}:${TIME_PATTERN}$`);
const WINDOW_FORMATS: Readonly<Record<string, RegExp>> = {
  backupWindow: DAILY_WINDOW,
  snapshotWindow: DAILY_WINDOW,
  maintenanceWindow: WEEKLY_WINDOW,
};

function windowProblems({ type, inputs }: PlannedResource): string[] {
  if (!/^aws:(rds|elasticache)\//.test(type)) return [];
  return Object.entries(WINDOW_FORMATS).flatMap(([property, form]) => {
    const value = inputs[property];
    return value === undefined || (typeof value === "string" && form.test(value))
      ? []
      : [`${property} ${JSON.stringify(value)} is not a valid window (${form.source})`];
  });
}

const TAG_PATTERN = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

function tagProblems({ inputs }: PlannedResource): string[] {
  const tags = Object.entries((inputs.tags ?? {}) as JsonObject);
  return [
    ...(tags.length > 50 ? [`${tags.length} tags, and 50 are the most`] : []),
    ...tags
      .filter(
        ([key, value]) =>
          key.length > 128 ||
          String(value).length > 256 ||
          key.startsWith("aws:") ||
          !TAG_PATTERN.test(key + value),
      )
      .map(([key, value]) => `the tag ${key}=${value} is rejected`),
  ];
}

function autoModeProblems({ type, inputs }: PlannedResource): string[] {
  if (type !== "aws:eks/cluster:Cluster") return [];
  const at = (...path: string[]): Json | undefined =>
    path.reduce<Json | undefined>((value, key) => (value as JsonObject | undefined)?.[key], inputs);
  const switches = [
    at("computeConfig", "enabled"),
    at("storageConfig", "blockStorage", "enabled"),
    at("kubernetesNetworkConfig", "elasticLoadBalancing", "enabled"),
  ].map((value) => value === true);
  const isOn = switches.every((on) => on);
  return [
    ...(new Set(switches).size === 1 ? [] : ["the three switches of Auto Mode differ"]),
    ...(isOn && inputs.bootstrapSelfManagedAddons !== false
      ? ["bootstrapSelfManagedAddons must be false"]
      : []),
    ...(at("vpcConfig", "endpointPublicAccess") !== true && at("vpcConfig", "publicAccessCidrs") !== undefined
      ? ["publicAccessCidrs without a public endpoint"]
      : []),
  ];
}

function endpointProblems({ type, inputs }: PlannedResource): string[] {
  const has = (property: string) => inputs[property] !== undefined;
  switch (type) {
    case "aws:ec2/vpcEndpoint:VpcEndpoint": {
      const wanted = inputs.vpcEndpointType === "Interface" ? "subnetIds" : "routeTableIds";
      const unwanted =
        inputs.vpcEndpointType === "Interface"
          ? ["routeTableIds"]
          : ["subnetIds", "securityGroupIds", "privateDnsEnabled"];
      return [
        ...(has(wanted) ? [] : [`${wanted} is missing`]),
        ...unwanted.filter(has).map((key) => `${key} is for the other type`),
      ];
    }
    case "aws:ec2/natGateway:NatGateway": {
      const isRegional = inputs.availabilityMode === "regional";
      const wanted = isRegional ? ["vpcId"] : ["subnetId", "allocationId"];
      const unwanted = isRegional ? ["subnetId", "allocationId"] : ["vpcId"];
      return [
        ...wanted.filter((key) => !has(key)).map((key) => `${key} is missing`),
        ...unwanted.filter(has).map((key) => `${key} is for the other mode`),
      ];
    }
    default:
      return [];
  }
}

const EC2_DESCRIPTION = /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

function descriptionProblems({ type, inputs }: PlannedResource): string[] {
  const { description } = inputs;
  if (typeof description !== "string") return [];
  const isGroup = /^aws:(ec2|vpc)\/securityGroup/.test(type);
  const fits = isGroup ? EC2_DESCRIPTION.test(description) : description.length <= 1000;
  return fits ? [] : [`description "${description}" is rejected`];
}

/** Every rule; each is broken by a case of `argument-cases.ts`. */
export const ARGUMENT_RULES: readonly ArgumentRule[] = [
  { id: "names", problems: nameProblems },
  { id: "numbers", problems: numberProblems },
  { id: "networks", problems: cidrProblems },
  { id: "arns", problems: arnProblems },
  { id: "policies", problems: policyProblems },
  { id: "windows", problems: windowProblems },
  { id: "tags", problems: tagProblems },
  { id: "auto-mode", problems: autoModeProblems },
  { id: "endpoints", problems: endpointProblems },
  { id: "descriptions", problems: descriptionProblems },
];
