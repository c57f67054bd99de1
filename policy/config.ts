import { z } from "zod";
import { closestMatch } from "../components/config/did-you-mean.ts";
import { parseYaml } from "../components/config/stack-file/parse-yaml.ts";
import { ENVIRONMENTS, type Environment } from "../components/shared/environments.ts";
import { InputError, type Problem } from "../components/shared/errors.ts";
import type { PolicyParameters } from "./context.ts";

/** Whether a violation blocks or is only reported. Rules cannot be disabled. */
export type EnforcementLevel = "mandatory" | "advisory";

/** Whether the plan is only reviewed, or deployed. */
export type Purpose = "plan" | "deploy";

/** An exception with an owner and an expiry date. */
export interface Waiver {
  readonly rule: string;
  readonly environment: Environment;
  /** The resource's type and name, as its URN ends: `kubernetes:apps/v1:Deployment::gateway-deployment`. */
  readonly resource: string;
  readonly owner: string;
  readonly reason: string;
  /** The last day on which the waiver is active, such as 2026-12-31. */
  readonly expires: string;
}

interface EnvironmentLevels {
  readonly default: EnforcementLevel;
  readonly rules?: Readonly<Record<string, EnforcementLevel>> | undefined;
}

/** The content of policy/config.yaml. */
export interface PolicyConfig {
  readonly levels: Readonly<Record<Environment, EnvironmentLevels>>;
  /** Rules that are advisory in a plan, because the required values are set before the deployment. */
  readonly advisoryInPlan: readonly string[];
  readonly parameters: PolicyParameters;
  readonly waivers: readonly Waiver[];
}

/** Returns the enforcement level of a rule. */
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

/** Whether a waiver is active on a day, including its last one. */
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
    monthlyBudgetUsd: z.strictObject({ staging: wholeNumber, production: wholeNumber }),
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
        .regex(/^[^\s:]+:[^\s:]+:[^\s:]+::\S+$/, "must be type::name, the last part of a URN"),
      owner: minLengthText(3, "the person or team that owns the waiver"),
      reason: minLengthText(15, "a reason of 15 characters or more"),
      expires: z.iso.date({ error: "must be a date such as 2026-12-31" }),
    }),
    { error: "must be a list" },
  ),
});

/**
 * Parses the policy configuration.
 * @throws InputError with all problems.
 */
export function parsePolicyConfig(source: string, file: string, rules: readonly string[]): PolicyConfig {
  const parsed = configSchema.safeParse(parseYaml(source, file, "none"));
  const problems = parsed.success
    ? crossFieldProblems(parsed.data, rules)
    : parsed.error.issues.flatMap((issue) => issueProblems(issue, file));
  if (problems.length > 0 || !parsed.success) throw new InputError(`${file} is invalid:`, problems);
  return parsed.data;
}

function issueProblems(issue: z.core.$ZodIssue, file: string): Problem[] {
  const subject = formatConfigPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      subject: formatConfigPath([...issue.path, key]),
      rule: "is not a known key of the policy configuration",
      remedy: `Remove it from ${file}.`,
    }));
  }
  const rule = issue.message.startsWith("must ") ? issue.message : "is missing or has the wrong type";
  return [{ subject, rule, remedy: `Correct it in ${file}.` }];
}

function formatConfigPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the file";
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`))
    .join("");
}

/** Cross-field validation: unknown rules, non-mandatory levels in production and duplicate waivers. */
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
    rule: "must be mandatory: advisory rules are not allowed in production",
    remedy: "Add a waiver with an owner and an expiry date instead.",
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
            rule: `is a duplicate of waivers[${keys.indexOf(key)}]`,
            remedy: "Remove one of them.",
          },
        ],
  );
}
