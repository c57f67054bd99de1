import type {
  Policies,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { ENVIRONMENTS, type Environment, isEnvironment } from "../../components/shared/environments.ts";
import { enforcementLevelFor, type PolicyConfig } from "../config.ts";
import { createContext, type PolicyContext } from "../context.ts";
import {
  isUnwaivedViolation,
  type ReportedFinding,
  type RuleReport,
  reportRule,
  reportWaivers,
} from "../evaluate.ts";
import type { PolicyResource } from "../input-node.ts";
import type { Rule } from "../rule.ts";
import { RULES } from "../rules/index.ts";
import { maskResourceSecrets } from "./mask-resource-secrets.ts";
import { toPlanProperties } from "./plan-values.ts";

/** The environment variable for `PackOptions.details`, because a policy pack has no other per-run options. */
export const DETAILS_VARIABLE = "SPACETIME_VR_POLICY_DETAILS";

/** The options of the policy pack. */
export interface PackOptions {
  readonly config: PolicyConfig;
  /** The name of the stack, which is the environment. */
  readonly stack: string;
  /** Reports each value that is unknown until apply, instead of their number. @default false */
  readonly details?: boolean;
  /** @default now */
  readonly today?: Date;
}

/**
 * Stack policies get outputs, which include defaults from the cluster. Rules check inputs, which Pulumi passes
 * to resource policies first; this class stores them.
 */
class CollectedResources {
  readonly #inputs = new Map<string, PolicyResource>();
  #context: PolicyContext | undefined;

  collect({ urn, type, name, props, opts }: ResourceValidationArgs): void {
    this.#inputs.set(urn, { urn, type, name, protect: opts.protect, inputs: toPlanProperties(props) });
    this.#context = undefined;
  }

  /** Pulumi calls each policy with the same deployment, so the context is created once. */
  context(args: StackValidationArgs, environment: Environment, config: PolicyConfig): PolicyContext {
    this.#context ??= createContext({
      environment,
      parameters: config.parameters,
      resources: this.#resources(args),
    });
    return this.#context;
  }

  #resources(args: StackValidationArgs): readonly PolicyResource[] {
    const outputs = args.resources.map(({ urn, type, name, props, opts }) => ({
      urn,
      type,
      name,
      protect: opts.protect,
      inputs: toPlanProperties(props),
    }));
    const resources = outputs.map((resource) => this.#inputs.get(resource.urn) ?? resource);
    return maskResourceSecrets(resources, outputs);
  }
}

/** The policies of the pack: one for each rule, and three for inputs, undecided rules and expired waivers. */
export function createPolicies({
  config,
  stack,
  details = false,
  today = new Date(),
}: PackOptions): Policies {
  const environment = environmentOf(stack);
  const seen = new CollectedResources();
  const report = (rule: Rule, context: PolicyContext): RuleReport =>
    reportRule(rule, context, enforcementLevelFor(config, rule.name, environment, "deploy"), config, today);
  const everyReport = (args: StackValidationArgs): RuleReport[] => {
    const context = seen.context(args, environment, config);
    return RULES.map((rule) => report(rule, context));
  };
  return [
    collectInputsPolicy(seen),
    ...RULES.map((rule) =>
      rulePolicy(rule, enforcementLevelFor(config, rule.name, environment, "deploy"), (args) =>
        report(rule, seen.context(args, environment, config)),
      ),
    ),
    undecidedAndWaivedPolicy(everyReport, details),
    expiredWaiverPolicy((args) => reportWaivers(config, environment, everyReport(args), today)),
  ];
}

function environmentOf(stack: string): Environment {
  if (isEnvironment(stack)) return stack;
  throw new Error(
    `Stack "${stack}" is not an environment, so the policy pack has no enforcement levels for it. Use one of ${ENVIRONMENTS.join(", ")}.`,
  );
}

/** Collects inputs and never reports a violation. */
function collectInputsPolicy(seen: CollectedResources): ResourceValidationPolicy {
  return {
    name: "collect-resource-inputs",
    description: "Collects the inputs of each resource for the rules, which check the whole deployment.",
    enforcementLevel: "advisory",
    validateResource: (args) => seen.collect(args),
  };
}

function rulePolicy(
  rule: Rule,
  enforcementLevel: "mandatory" | "advisory",
  evaluate: (args: StackValidationArgs) => RuleReport,
): StackValidationPolicy {
  const { name, description, items } = rule;
  return {
    name,
    description,
    enforcementLevel,
    tags: [...items],
    remediationSteps: rule.remediation,
    validateStack: (args, reportViolation) => {
      const { outcome, findings } = evaluate(args);
      if (outcome === "not-applicable")
        args.notApplicable("the deployment has no resources that this rule checks");
      const why = `Why: ${rule.explanation}\nRemedy: ${rule.remediation}`;
      for (const finding of findings.filter(isUnwaivedViolation))
        reportViolation(`${formatFinding(finding)}\n${why}`, finding.resource);
    },
  };
}

/** Reports unknown values and waived violations as advisory, regardless of the rule's level. */
function undecidedAndWaivedPolicy(
  evaluate: (args: StackValidationArgs) => readonly RuleReport[],
  details: boolean,
): StackValidationPolicy {
  return {
    name: "report-undecided-and-waived",
    description: "Reports rules that are undecided until apply, and waived violations.",
    enforcementLevel: "advisory",
    validateStack: (args, reportViolation) => {
      const findings = evaluate(args).flatMap((report) =>
        report.findings.map((finding) => ({ rule: report.rule.name, finding })),
      );
      for (const { message, resource } of summarizeUnknown(findings, details))
        reportViolation(message, resource);
      for (const { rule, finding } of findings) {
        const { waiver } = finding;
        if (waiver === undefined) continue;
        const until = `waived by ${waiver.owner} until ${waiver.expires}: ${waiver.reason}`;
        reportViolation(`${formatFinding(finding)} (${rule}, ${until})`, finding.resource);
      }
    },
  };
}

interface FindingOfRule {
  readonly rule: string;
  readonly finding: ReportedFinding;
}

/** An unknown value may leave many rules undecided, so it is reported once with all of them; many values as a count. */
function summarizeUnknown(
  findings: readonly FindingOfRule[],
  details: boolean,
): { readonly message: string; readonly resource?: string }[] {
  const unknown = findings.filter(({ finding }) => finding.kind === "unknown");
  const byLocation = Map.groupBy(unknown, ({ finding }) => `${finding.resource} ${formatFinding(finding)}`);
  // A preview of a new stack has one for nearly every Secret, and a full list would hide other findings.
  if (byLocation.size > 1 && !details) {
    const rules = new Set(unknown.map(({ rule }) => rule));
    return [
      {
        message: `${byLocation.size} values are unknown until apply, so ${rules.size} rules were not evaluated for them. Set ${DETAILS_VARIABLE}=1 to list them.`,
      },
    ];
  }
  return [...byLocation.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const rules = [first, ...others].map(({ rule }) => rule).join(", ");
    return [{ message: `${formatFinding(first.finding)} (${rules})`, resource: first.finding.resource }];
  });
}

function expiredWaiverPolicy(
  evaluate: (args: StackValidationArgs) => ReturnType<typeof reportWaivers>,
): StackValidationPolicy {
  return {
    name: "disallow-expired-waivers",
    description: "Waivers must not be expired.",
    enforcementLevel: "mandatory",
    validateStack: (args, reportViolation) => {
      for (const { waiver, state } of evaluate(args)) {
        if (state !== "expired") continue;
        reportViolation(
          `The waiver of ${waiver.rule} for ${waiver.resource}, owned by ${waiver.owner}, expired on ${waiver.expires}. Fix the violation, or renew the waiver in policy/config.yaml.`,
        );
      }
    },
  };
}

function formatFinding({ path, message }: ReportedFinding): string {
  return path === "" ? message : `${path}: ${message}`;
}
