import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";

/** One vector selector of an expression. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

/** A number literal and its position in an expression. */
export interface NumberLiteral {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** The parts of an expression. */
export interface ParsedPromql {
  /** Positions of syntax errors; empty if the expression is valid PromQL. */
  readonly faults: readonly number[];
  readonly selectors: readonly Selector[];
  /** Labels of `by`, `on`, `ignoring` and `group_left`. */
  readonly groupingLabels: readonly string[];
  readonly numbers: readonly NumberLiteral[];
  /** Whether it has a comparison; without one, its numbers are not thresholds. */
  readonly compares: boolean;
}

const COMPARISON_NODES = new Set(["Gtr", "Gte", "Lss", "Lte", "Eql", "Neq"]);

/** Many tests parse the same expressions. */
const parseCache = new Map<string, ParsedPromql>();

/** Parses an expression with the grammar of Prometheus' web editor. */
export function parsePromql(expr: string): ParsedPromql {
  const parsed = parseCache.get(expr) ?? parseUncached(expr);
  parseCache.set(expr, parsed);
  return parsed;
}

function parseUncached(expr: string): ParsedPromql {
  const faults: number[] = [];
  const selectors: Selector[] = [];
  const groupingLabels: string[] = [];
  const numbers: NumberLiteral[] = [];
  let compares = false;
  parser.parse(expr).iterate({
    enter(reference) {
      const node = reference.node;
      if (node.type.isError) faults.push(node.from);
      if (node.name === "VectorSelector") selectors.push(parseSelector(node, expr));
      if (node.name === "LabelName" && node.parent?.name === "GroupingLabels") {
        groupingLabels.push(expr.slice(node.from, node.to));
      }
      if (node.name === "NumberDurationLiteral") {
        numbers.push({ from: node.from, to: node.to, value: Number(expr.slice(node.from, node.to)) });
      }
      compares ||= COMPARISON_NODES.has(node.name) && node.parent?.name === "BinaryExpr";
    },
  });
  return { faults, selectors, groupingLabels, numbers, compares };
}

function parseSelector(node: SyntaxNode, expr: string): Selector {
  const text = (part: SyntaxNode | null): string => (part === null ? "" : expr.slice(part.from, part.to));
  const matchers = (node.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? []).map(
    (matcher) => ({
      label: text(matcher.getChild("LabelName")),
      operator: text(matcher.getChild("MatchOp")),
      value: JSON.parse(text(matcher.getChild("StringLiteral"))) as string,
    }),
  );
  return { metric: text(node.getChild("Identifier")), matchers };
}

/** Parses a series in the form `name{label="value",…}`. */
export function parseSeries(series: string): { name: string; labels: Readonly<Record<string, string>> } {
  const [selector] = parsePromql(series).selectors;
  if (selector === undefined) throw new Error(`${series} is not a series; write name{label="value"}.`);
  const labels = Object.fromEntries(selector.matchers.map(({ label, value }) => [label, value]));
  return { name: selector.metric, labels };
}

/** Whether a selector matches a series; as in Prometheus, a missing label counts as empty. */
export function matchesSeries(selector: Selector, series: ReturnType<typeof parseSeries>): boolean {
  return (
    selector.metric === series.name &&
    selector.matchers.every(({ label, operator, value }) => {
      const actual = series.labels[label] ?? "";
      const equal = operator.endsWith("~") ? new RegExp(`^(?:${value})$`).test(actual) : actual === value;
      return operator.startsWith("!") ? !equal : equal;
    })
  );
}
