import type { Environment } from "../components/shared/environments.ts";
import type { Plan } from "../plan/plan.ts";
import {
  type EnforcementLevel,
  enforcementLevelFor,
  isWaiverActive,
  type PolicyConfig,
  type Purpose,
  type Waiver,
} from "./config.ts";
import { createContext, type PolicyContext } from "./context.ts";
import type { PolicyResource } from "./input-node.ts";
import { type Evaluation, evaluateRule, type Finding, type Rule } from "./rule.ts";
import { RULES } from "./rules/index.ts";

/** A finding with its waiver, if there is one. */
export interface ReportedFinding extends Finding {
  /** The type and name of the resource, in the format of a waiver. */
  readonly subject: string;
  readonly waiver?: Waiver;
}

/** The report of one rule. */
export interface RuleReport {
  readonly rule: Rule;
  readonly level: EnforcementLevel;
  /** `waived`: violated, and every violation has a waiver. */
  readonly outcome: Evaluation["outcome"] | "waived";
  readonly subjects: number;
  readonly findings: readonly ReportedFinding[];
}

/** A waiver of the environment, and its state. */
export interface WaiverReport {
  readonly waiver: Waiver;
  /** `unused`: no violation matches it. `expired`: its last day has passed, which blocks the deployment. */
  readonly state: "used" | "unused" | "expired";
}

/** The report of all rules and waivers. */
export interface PolicyReport {
  readonly environment: Environment;
  readonly purpose: Purpose;
  readonly rules: readonly RuleReport[];
  readonly waivers: readonly WaiverReport[];
  /** Whether a mandatory rule is violated without a waiver, or a waiver has expired. */
  readonly blocked: boolean;
}

/** The options of `evaluatePlan`. */
export interface EvaluationOptions {
  /** @default "plan" */
  readonly purpose?: Purpose;
  /** @default now */
  readonly today?: Date;
}

/** Returns the resources of a plan in the form that rules read. */
export function resourcesOfPlan(plan: Plan): readonly PolicyResource[] {
  return plan.resources.map(({ urn, type, name, protect, inputs }) => ({ urn, type, name, protect, inputs }));
}

/** Evaluates all rules for a plan. Deterministic: the same plan, config and day return the same report. */
export function evaluatePlan(
  plan: Plan,
  config: PolicyConfig,
  options: EvaluationOptions = {},
): PolicyReport {
  const { purpose = "plan", today = new Date() } = options;
  const { environment } = plan;
  const context = createContext({
    environment,
    parameters: config.parameters,
    resources: resourcesOfPlan(plan),
  });
  const rules = RULES.map((rule) =>
    reportRule(rule, context, enforcementLevelFor(config, rule.name, environment, purpose), config, today),
  );
  const waivers = reportWaivers(config, environment, rules, today);
  return { environment, purpose, rules, waivers, blocked: rules.some(isBlocking) || waivers.some(isExpired) };
}

/** Evaluates one rule and applies its active waivers. */
export function reportRule(
  rule: Rule,
  context: PolicyContext,
  level: EnforcementLevel,
  config: PolicyConfig,
  today: Date,
): RuleReport {
  const { outcome, subjects, findings } = evaluateRule(rule, context);
  const waivers = config.waivers.filter(
    (waiver) =>
      waiver.rule === rule.name &&
      waiver.environment === context.environment &&
      isWaiverActive(waiver, today),
  );
  const reported = findings.map((finding) => applyWaiver(finding, waivers));
  const isWaived = outcome === "violated" && !reported.some(isUnwaivedViolation);
  return { rule, level, outcome: isWaived ? "waived" : outcome, subjects, findings: reported };
}

/** Whether a rule blocks the deployment. */
export function isBlocking({ level, findings }: RuleReport): boolean {
  return level === "mandatory" && findings.some(isUnwaivedViolation);
}

/** Whether a finding is a violation without a waiver. */
export function isUnwaivedViolation({ kind, waiver }: ReportedFinding): boolean {
  return kind === "violation" && waiver === undefined;
}

/** The states of an environment's waivers. */
export function reportWaivers(
  config: PolicyConfig,
  environment: Environment,
  rules: readonly RuleReport[],
  today: Date,
): readonly WaiverReport[] {
  const used = new Set(rules.flatMap(({ findings }) => findings.flatMap(({ waiver }) => waiver ?? [])));
  return config.waivers
    .filter((waiver) => waiver.environment === environment)
    .map((waiver) => ({
      waiver,
      state: !isWaiverActive(waiver, today) ? "expired" : used.has(waiver) ? "used" : "unused",
    }));
}

function isExpired({ state }: WaiverReport): boolean {
  return state === "expired";
}

/** The type and name of a resource: the part of its URN that does not depend on the stack or the parent. */
export function waiverResourceOf(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1)}::${name}`;
}

function applyWaiver(finding: Finding, waivers: readonly Waiver[]): ReportedFinding {
  const subject = waiverResourceOf(finding.resource);
  const waiver =
    finding.kind === "violation" ? waivers.find(({ resource }) => resource === subject) : undefined;
  return waiver === undefined ? { ...finding, subject } : { ...finding, subject, waiver };
}
