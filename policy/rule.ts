import type { Environment } from "../components/shared/environments.ts";
import type { PolicyContext } from "./context.ts";
import type { InputNode, Violation } from "./input-node.ts";
import { formatPath } from "./input-node.ts";

/**
 * A rule of the policy: it selects its subjects in a deployment and checks each of them. Levels, waivers and unknown
 * values are handled outside the rules. `subjects` and `check` are methods, because TypeScript compares the parameters
 * of methods bivariantly; rules with different subjects can therefore be in one list.
 */
export interface Rule<Subject = unknown> {
  /** In kebab case, with a verb first, such as `require-probes`. */
  readonly name: string;
  /** The checklist items that the rule verifies. */
  readonly items: readonly string[];
  /** The requirement, as one sentence. */
  readonly description: string;
  /** The reason for the requirement. */
  readonly explanation: string;
  /** How to fix a violation. */
  readonly remediation: string;
  /** The environments to which the rule applies. @default all */
  readonly environments?: readonly Environment[];
  /** The parts of the deployment to check; a rule without subjects is not applicable. */
  subjects(context: PolicyContext): readonly Subject[];
  /** The violations of one subject; empty if it complies. */
  check(subject: Subject, context: PolicyContext): readonly Violation[];
}

/** A result of a rule for one value of a resource. */
export interface Finding {
  /** `unknown`: the value is unknown until apply, so the rule is undecided. */
  readonly kind: "violation" | "unknown";
  /** URN of the resource. */
  readonly resource: string;
  /** The path in the resource's inputs; empty for the resource as a whole. */
  readonly path: string;
  /** The problem, as a clause. */
  readonly message: string;
}

/** The result of a rule for a deployment. */
export interface Evaluation {
  readonly outcome: "violated" | "undecided" | "satisfied" | "not-applicable";
  /** The number of checked subjects. */
  readonly subjects: number;
  readonly findings: readonly Finding[];
}

const UNKNOWN_MESSAGE = "unknown until apply, so not evaluated";

/** Evaluates a rule for a deployment. */
export function evaluateRule(rule: Rule, context: PolicyContext): Evaluation {
  const applies = rule.environments === undefined || rule.environments.includes(context.environment);
  if (!applies) return { outcome: "not-applicable", subjects: 0, findings: [] };
  const found = new Map<string, Finding>();
  const keep = (finding: Finding): void => {
    found.set(`${finding.kind} ${finding.resource} ${finding.path} ${finding.message}`, finding);
  };
  const { result: subjects, unknown } = context.trackUnknowns(() => rule.subjects(context));
  unknown.map(unknownFinding).forEach(keep);
  for (const subject of subjects) {
    const checked = context.trackUnknowns(() => rule.check(subject, context));
    checked.unknown.map(unknownFinding).forEach(keep);
    for (const violation of checked.result) violationFindings(violation, checked.unknown).forEach(keep);
  }
  const findings = [...found.values()];
  return { outcome: outcomeOf(subjects.length, findings), subjects: subjects.length, findings };
}

function outcomeOf(subjects: number, findings: readonly Finding[]): Evaluation["outcome"] {
  if (findings.some(({ kind }) => kind === "violation")) return "violated";
  if (findings.length > 0) return "undecided";
  return subjects === 0 ? "not-applicable" : "satisfied";
}

function unknownFinding(node: InputNode): Finding {
  return {
    kind: "unknown",
    resource: node.resource.urn,
    path: formatPath(node.path),
    message: UNKNOWN_MESSAGE,
  };
}

/**
 * Converts a violation to a finding. Nothing is returned if an unknown value may remove the violation: a value that caused
 * it, or a value that relates objects to each other (such as the selector of a Service). Those values are reported as
 * unknown instead.
 */
function violationFindings(
  { node, message, uncertain }: Violation,
  unknown: readonly InputNode[],
): Finding[] {
  if (uncertain || unknown.some((other) => affectsRelations(other, node))) return [];
  return [{ kind: "violation", resource: node.resource.urn, path: formatPath(node.path), message }];
}

/** Whether a value may relate the resource of a violation to others: it is in another resource or in its metadata. */
function affectsRelations(value: InputNode, node: InputNode): boolean {
  return value.resource.urn !== node.resource.urn || value.path.includes("metadata");
}
