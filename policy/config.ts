import { z } from "zod";
import { closestMatch } from "../components/config/did-you-mean.ts";
import { parseYaml } from "../components/config/stack-file/parse-yaml.ts";
import { ENVIRONMENTS, type Environment } from "../components/shared/environments.ts";
import { InputError, type Problem } from "../components/shared/errors.ts";
import type { PolicyParameters } from "./context.ts";

/**
 * Whether a violation blocks, or is only told. There is no third level: what is not even told is forgotten.
 */
export type EnforcementLevel = "mandatory" | "advisory";

/** What a plan is looked at for: to read it, or to deploy it. */
export type Purpose = "plan" | "deploy";

/** An exception that somebody answers for, until a day. */
export interface Waiver {
  readonly rule: string;
  readonly environment: Environment;
  /** The resource's type and name, as its URN ends: `kubernetes:apps/v1:Deployment::gateway-deployment`. */
  readonly resource: string;
  readonly owner: string;
  readonly reason: string;
  /** The last day on which it holds, as 2026-12-31. */
  readonly expires: string;
}

interface EnvironmentLevels {
  readonly default: EnforcementLevel;
  readonly rules?: Readonly<Record<string, EnforcementLevel>> | undefined;
}

/** What policy/config.yaml says. */
export interface PolicyConfig {
  readonly levels: Readonly<Record<Environment, EnvironmentLevels>>;
  /**
   * Rules that only warn while a plan is read, because what they ask for is filled in before a deployment.
   */
  readonly advisoryInPlan: readonly string[];
  readonly parameters: PolicyParameters;
  readonly waivers: readonly Waiver[];
}

/** The level of a rule. */
export function enforcementLevelFor(
  config: PolicyConfig,
  rule: string,
  environment: Environment,
  purpose: Purpose,
): EnforcementLevel {
  if (purpose === "plan" && config.advisoryInPlan.includes(rule)) return "advisory";
  const levels = config.levels[environment];
  return levels.rules?.[rule] ?? levels.default;
}

/** Whether a waiver still holds on a day. */
export function isWaiverActive(waiver: Waiver, today: Date): boolean {
  return today.toISOString().slice(0, 10) <= waiver.expires;
}

const levelSchema = z.enum(["mandatory", "advisory"], { error: "must be mandatory or advisory" });
const minLengthText = (least: number, what: string) =>
  z
    .string({ error: `must be ${what}` })
    .trim()
    .min(least, `must be ${what}`);
const wholeNumber = z
  .int({ error: "must be a whole number above 0" })
  .positive("must be a whole number above 0");

const nameList = z
  .array(minLengthText(1, "a name"), { error: "must be a list of names" })
  .min(1, "must name at least one");

const environmentLevelsSchema = z.strictObject({
  default: levelSchema,
  rules: z.record(z.string(), levelSchema).optional(),
});

const configSchema = z.strictObject({
  levels: z.strictObject({
    local: environmentLevelsSchema,
    staging: environmentLevelsSchema,
    production: environmentLevelsSchema,
    package: environmentLevelsSchema,
  }),
  advisoryInPlan: z.array(z.string({ error: "must be the name of a rule" }), { error: "must be a list" }),
  parameters: z.strictObject({
    replicaFloor: wholeNumber,
    certificateDays: wholeNumber,
    backupDays: wholeNumber,
    logDays: wholeNumber,
    regions: nameList,
    requiredTags: nameList,
    storeFamilies: z.strictObject({ staging: nameList, production: nameList }),
  }),
  waivers: z.array(
    z.strictObject({
      rule: minLengthText(1, "the name of a rule"),
      environment: z.enum(ENVIRONMENTS, { error: `must be one of ${ENVIRONMENTS.join(", ")}` }),
      resource: z
        .string({ error: "must be a resource" })
        .regex(/^[^\s:]+:[^\s:]+:[^\s:]+::\S+$/, "must be type::name, as a URN ends"),
      owner: minLengthText(3, "the person or team that answers for it"),
      reason: minLengthText(15, "a reason that a reviewer can weigh (15 characters or more)"),
      expires: z.iso.date({ error: "must be a day, as 2026-12-31" }),
    }),
    { error: "must be a list" },
  ),
});

/**
 * Reads the policy's config.
 * @throws InputError with every problem at once.
 */
export function parsePolicyConfig(source: string, file: string, rules: readonly string[]): PolicyConfig {
  const parsed = configSchema.safeParse(parseYaml(source, file));
  const problems = parsed.success
    ? crossFieldProblems(parsed.data, rules)
    : parsed.error.issues.flatMap((issue) => issueProblems(issue, file));
  if (problems.length > 0 || !parsed.success) throw new InputError(`${file} cannot be used:`, problems);
  return parsed.data;
}

function issueProblems(issue: z.core.$ZodIssue, file: string): Problem[] {
  const subject = formatConfigPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      subject: formatConfigPath([...issue.path, key]),
      rule: "is not a key of the policy's config",
      remedy: `Remove it from ${file}.`,
    }));
  }
  const rule = issue.message.startsWith("must ") ? issue.message : "is missing or has the wrong form";
  return [{ subject, rule, remedy: `Correct it in ${file}.` }];
}

function formatConfigPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the file";
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`))
    .join("");
}

/** What no single value shows: rules that do not exist, production below mandatory, the same waiver twice. */
function crossFieldProblems(config: PolicyConfig, rules: readonly string[]): Problem[] {
  return [
    ...ruleReferences(config).flatMap(([subject, rule]) => unknownRuleProblems(subject, rule, rules)),
    ...productionProblems(config),
    ...duplicateWaiverProblems(config.waivers),
  ];
}

function ruleReferences(config: PolicyConfig): (readonly [string, string])[] {
  return [
    ...ENVIRONMENTS.flatMap((environment) =>
      Object.keys(config.levels[environment].rules ?? {}).map(
        (rule) => [`levels.${environment}.rules`, rule] as const,
      ),
    ),
    ...config.advisoryInPlan.map((rule, index) => [`advisoryInPlan[${index}]`, rule] as const),
    ...config.waivers.map(({ rule }, index) => [`waivers[${index}].rule`, rule] as const),
  ];
}

function unknownRuleProblems(subject: string, rule: string, rules: readonly string[]): Problem[] {
  if (rules.includes(rule)) return [];
  const meant = closestMatch(rule, rules);
  const remedy =
    meant === undefined ? "Remove it; docs/policy.md lists the rules." : `Did you mean ${meant}?`;
  return [{ subject, value: rule, rule: "must be the name of a rule", remedy }];
}

function productionProblems({ levels }: PolicyConfig): Problem[] {
  const lowered = Object.entries(levels.production.rules ?? {}).filter(([, value]) => value !== "mandatory");
  const places = [
    ...(levels.production.default === "mandatory" ? [] : ["levels.production.default"]),
    ...lowered.map(([rule]) => `levels.production.rules.${rule}`),
  ];
  return places.map((subject) => ({
    subject,
    value: "advisory",
    rule: "must be mandatory: production has no advisory rules",
    remedy: "Write a waiver with an owner and an expiry instead.",
  }));
}

function duplicateWaiverProblems(waivers: readonly Waiver[]): Problem[] {
  const keys = waivers.map(({ rule, environment, resource }) => `${rule} ${environment} ${resource}`);
  return keys.flatMap((key, index) =>
    keys.indexOf(key) === index
      ? []
      : [
          {
            subject: `waivers[${index}]`,
            value: key,
            rule: `repeats waivers[${keys.indexOf(key)}]`,
            remedy: "Keep one.",
          },
        ],
  );
}
