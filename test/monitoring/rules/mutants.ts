import type { Rule } from "../../../components/monitoring/rules/index.ts";
import { isAlert } from "../../../components/monitoring/rules/index.ts";
import { type NumberLiteral, parsePromql } from "./promql.ts";
import { durationSeconds } from "./promtool.ts";

/** A rule with one number changed by 10 %. */
interface Mutant {
  /** A readable description of the change. */
  readonly change: string;
  readonly rule: Rule;
}

/** The factors by which a number is changed. */
const MUTATION_FACTORS = [0.9, 1.1] as const;

/** Significant digits of a changed number, so that 0.05 × 1.1 is 0.055 and not 0.05500000000000001. */
const SIGNIFICANT_DIGITS = 12;

/** Changes a number by the factor, or to the next integer if the number is a count. */
function mutateNumber(value: number, factor: (typeof MUTATION_FACTORS)[number], whole: boolean): number {
  // 10 % of zero is zero, so a threshold of zero becomes one that every count exceeds.
  if (value === 0) return -1;
  if (whole && Number.isInteger(value)) return factor < 1 ? value - 1 : value + 1;
  return Number((value * factor).toPrecision(SIGNIFICANT_DIGITS));
}

function replaceNumber(expr: string, { from, to }: NumberLiteral, value: number): string {
  return `${expr.slice(0, from)}${value}${expr.slice(to)}`;
}

function thresholdMutants(rule: Rule, whole: boolean): Mutant[] {
  const { numbers, compares } = parsePromql(rule.expr);
  // In an alert without a comparison, a number is not a threshold. In a recording rule, every number matters.
  if (isAlert(rule) && !compares) return [];
  return numbers.flatMap((number) => {
    const values = new Set(MUTATION_FACTORS.map((factor) => mutateNumber(number.value, factor, whole)));
    return [...values].map((value) => ({
      change: `${number.value} at ${number.from} -> ${value}`,
      rule: { ...rule, expr: replaceNumber(rule.expr, number, value) },
    }));
  });
}

function durationMutants(rule: Rule): Mutant[] {
  if (!isAlert(rule)) return [];
  return (["for", "keep_firing_for"] as const).flatMap((part) => {
    const duration = rule[part];
    if (duration === undefined) return [];
    return MUTATION_FACTORS.map((factor) => {
      const seconds = `${Math.round(durationSeconds(duration) * factor)}s` as const;
      return { change: `${part} ${duration} -> ${seconds}`, rule: { ...rule, [part]: seconds } };
    });
  });
}

/** Creates the mutants of a rule: each number and each duration 10 % smaller and 10 % larger. */
export function mutateRule(rule: Rule, whole: boolean): Mutant[] {
  return [...thresholdMutants(rule, whole), ...durationMutants(rule)];
}
