import type { Environment } from "../components/shared/environments.ts";
import type { PolicyContext } from "./context.ts";
import type { InputNode, Violation } from "./input-node.ts";
import { formatPath } from "./input-node.ts";

/**
 * One rule of the policy. It says which parts of a deployment it judges and what is wrong with one of them;
 * everything else (levels, waivers, unknown values, the engine) is the same for all rules. Methods, so that
 * rules of any subject share a list.
 */
export interface Rule<Subject = unknown> {
  /** Kebab case, a verb first: what the rule makes people do. */
  readonly name: string;
  /** The checklist items that the rule proves. */
  readonly items: readonly string[];
  /** What must hold, as one sentence. */
  readonly description: string;
  /** Why it must hold. */
  readonly explanation: string;
  /** What to do when it does not. */
  readonly remediation: string;
  /** The environments that the rule speaks about. @default all */
  readonly environments?: readonly Environment[];
  /** The parts of the deployment to judge; a rule without any is not applicable. */
  subjects(context: PolicyContext): readonly Subject[];
  /** What is wrong with one part; nothing when it complies. */
  check(subject: Subject, context: PolicyContext): readonly Violation[];
}

/** What a rule found at one place. */
export interface Finding {
  /** `unknown`: the value is known only after the deployment, so the rule cannot be decided here. */
  readonly kind: "violation" | "unknown";
  /** URN of the resource. */
  readonly resource: string;
  /** Place in its inputs; empty for the resource as a whole. */
  readonly path: string;
  /** What is wrong, as a clause. */
  readonly message: string;
}

/** What a rule says about a deployment. */
export interface Evaluation {
  readonly outcome: "violated" | "undecided" | "satisfied" | "not-applicable";
  /** How many parts were judged. */
  readonly subjects: number;
  readonly findings: readonly Finding[];
}

const UNKNOWN_MESSAGE = "unknown until apply, so the rule is undecided";

/** Applies one rule to a deployment. */
export function evaluateRule(rule: Rule, context: PolicyContext): Evaluation {
  const speaks = rule.environments === undefined || rule.environments.includes(context.environment);
  if (!speaks) return { outcome: "not-applicable", subjects: 0, findings: [] };
  const found = new Map<string, Finding>();
  const keep = (finding: Finding): void => {
    found.set(`${finding.kind} ${finding.resource} ${finding.path} ${finding.message}`, finding);
  };
  const { result: subjects, unknown } = context.trackUnknowns(() => rule.subjects(context));
  unknown.map(unknownFinding).forEach(keep);
  for (const subject of subjects) {
    const looked = context.trackUnknowns(() => rule.check(subject, context));
    looked.unknown.map(unknownFinding).forEach(keep);
    for (const violation of looked.result) violationFindings(violation, looked.unknown).forEach(keep);
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
 * A violation as a finding. It is none while it may vanish: where a value that led to it is unknown, and
 * where the rule met unknown values by which objects find each other (which Service selects this pod?). Those
 * values are told in its stead.
 */
function violationFindings(
  { node, message, uncertain }: Violation,
  unknown: readonly InputNode[],
): Finding[] {
  if (uncertain || unknown.some((other) => affectsRelations(other, node))) return [];
  return [{ kind: "violation", resource: node.resource.urn, path: formatPath(node.path), message }];
}

/**
 * Whether a value decides how a resource relates to others: it is another resource's, or part of its own
 * metadata.
 */
function affectsRelations(value: InputNode, node: InputNode): boolean {
  return value.resource.urn !== node.resource.urn || value.path.includes("metadata");
}
