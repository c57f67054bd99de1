import type { Rule } from "../../../components/monitoring/rules/index.ts";
import { isAlert } from "../../../components/monitoring/rules/index.ts";
import { type NumberLiteral, parsePromql } from "./promql.ts";
import { durationSeconds } from "./promtool.ts";

/** A rule with one number changed by a tenth. */
export interface Mutant {
  /** A readable description of the change. */
  readonly change: string;
  readonly rule: Rule;
}

/** How much a number is changed. */
const MUTATION_FACTORS = [0.9, 1.1] as const;

/** Digits that a changed number keeps: 0.05 × 1.1 is 0.055 and not 0.05500000000000001. */
const SIGNIFICANT_DIGITS = 12;

/** A tenth of a small count is no count: there the next whole number stands in its place. */
function mutateNumber(value: number, factor: (typeof MUTATION_FACTORS)[number], whole: boolean): number {
  // Nothing is a tenth of zero; below it every count lies.
  if (value === 0) return -1;
  if (whole && Number.isInteger(value)) return factor < 1 ? value - 1 : value + 1;
  return Number((value * factor).toPrecision(SIGNIFICANT_DIGITS));
}

function replaceNumber(expr: string, { from, to }: NumberLiteral, value: number): string {
  return `${expr.slice(0, from)}${value}${expr.slice(to)}`;
}

function thresholdMutants(rule: Rule, whole: boolean): Mutant[] {
  const { numbers, compares } = parsePromql(rule.expr);
  // An alert without a comparison always fires: its number is no threshold. A recorded number always matters.
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

/** Every number and every duration of a rule, each a tenth smaller and a tenth larger. */
export function mutateRule(rule: Rule, whole: boolean): Mutant[] {
  return [...thresholdMutants(rule, whole), ...durationMutants(rule)];
}
