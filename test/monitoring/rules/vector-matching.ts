import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import type { KnownMetric } from "../exporter-metrics/index.ts";

type KnownMetrics = ReadonlyMap<string, KnownMetric>;
type LabelSet = ReadonlySet<string> | undefined;

/** The labels of an expression's result; undefined for a number and if they cannot be determined. */
function resultLabels(node: SyntaxNode, expr: string, known: KnownMetrics): LabelSet {
  const text = ({ from, to }: SyntaxNode): string => expr.slice(from, to);
  switch (node.name) {
    case "VectorSelector": {
      const metric = node.getChild("Identifier");
      return metric === null ? undefined : known.get(text(metric))?.labels;
    }
    case "AggregateExpr": {
      const modifier = node.getChild("AggregateModifier");
      if (modifier?.getChild("Without")) return undefined;
      return new Set(modifier?.getChild("GroupingLabels")?.getChildren("LabelName").map(text));
    }
    case "BinaryExpr":
      if (node.getChild("MatchingModifierClause")) return undefined;
      break;
    case "FunctionCall":
      if (["absent", "histogram_quantile", "label_replace"].includes(text(node.firstChild ?? node)))
        return undefined;
      break;
  }
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    const labels = resultLabels(child, expr, known);
    if (labels !== undefined) return labels;
  }
  return undefined;
}

/**
 * Binary operations whose operands never match: Prometheus matches two series only if all labels are equal, so with a label that
 * only one side has (such as `reason`), the result is empty and the alert never fires.
 */
export function vectorMatchingErrors(expr: string, known: KnownMetrics): string[] {
  const faults: string[] = [];
  parser.parse(expr).iterate({
    enter({ node }) {
      const { firstChild: left, lastChild: right } = node;
      if (node.name !== "BinaryExpr" || left === null || right === null) return;
      // `or` keeps series without a match.
      if (node.getChild("MatchingModifierClause") || node.getChild("Or")) return;
      const [one, other] = [resultLabels(left, expr, known), resultLabels(right, expr, known)];
      if (one === undefined || other === undefined) return;
      const alone = [...one, ...other].filter((label) => !(one.has(label) && other.has(label))).sort();
      if (alone.length > 0) faults.push(`pairs series of which one side alone has ${alone.join(", ")}`);
    },
  });
  return faults;
}
