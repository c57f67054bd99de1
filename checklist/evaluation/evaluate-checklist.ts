import { items as allItems, sectionById } from "../items/index.ts";
import type { ChecklistItem, Condition } from "../types.ts";
import { applyWaiver } from "./apply-waiver.ts";
import type { ChecklistFacts } from "./facts.ts";
import { judgeDrill } from "./judge-drill.ts";
import { judgeHuman } from "./judge-human.ts";
import { judgeLive } from "./judge-live.ts";
import { judgePolicy, type PolicyJudgement } from "./judge-policy.ts";
import { judgeStatic } from "./judge-static.ts";
import { REGISTRY, type Registry } from "./registry.ts";
import { type ItemResult, notApplicable, unproven } from "./verdict.ts";

export interface EvaluateOptions {
  readonly items?: readonly ChecklistItem[];
  readonly registry?: Registry;
}

/**
 * Judges every item. Deterministic: the same facts give the same verdicts. Items about the checklist itself (whether
 * everything due is closed) are judged last, from the verdicts of the others.
 */
export function evaluateChecklist(
  facts: ChecklistFacts,
  { items = allItems, registry = REGISTRY }: EvaluateOptions = {},
): readonly ItemResult[] {
  const results = new Map<string, ItemResult>();
  const isLast = (item: ChecklistItem): boolean => readsVerdicts(item, registry);
  for (const item of [...items.filter((one) => !isLast(one)), ...items.filter(isLast)])
    results.set(item.id, evaluateItem(item, facts, registry, [...results.values()]));
  return items.flatMap(({ id }) => results.get(id) ?? []);
}

/** Whether the check of an item reads the verdicts of other items. */
function readsVerdicts(item: ChecklistItem, { staticChecks }: Registry): boolean {
  if (item.method !== "static" || item.check.kind !== "check") return false;
  const { check } = item.check;
  return staticChecks.some(({ name, readsVerdicts: reads }) => name === check && reads === true);
}

function evaluateItem(
  item: ChecklistItem,
  facts: ChecklistFacts,
  registry: Registry,
  earlier: readonly ItemResult[],
): ItemResult {
  const outOfScope = judgeScope(item, facts);
  const judged =
    outOfScope ?? applyWaiver(item, judge(item, facts, registry, earlier), facts.waivers, facts.now);
  return {
    ...judged,
    item,
    timing: sectionById(item.section)?.timing ?? "before",
    isAdvisory: item.advisoryIn.includes(facts.environment),
  };
}

/** The verdict of an item that does not apply, or of which that is not known; undefined if it applies. */
function judgeScope(item: ChecklistItem, facts: ChecklistFacts): PolicyJudgement | undefined {
  const { environment } = facts;
  if (!item.environments.includes(environment))
    return notApplicable(`The item does not apply to ${environment}.`);
  const states = item.appliesWhen.map((condition) => ({
    condition,
    met: conditionState(condition, item, facts),
  }));
  const unmet = states.find(({ met }) => met === false);
  if (unmet !== undefined) {
    const substitute = item.substitutes.find(({ unless }) => unless === unmet.condition);
    return notApplicable(
      `${environment} does not meet the condition ${unmet.condition}. ${substitute?.instead ?? ""}`.trim(),
    );
  }
  const unknown = states.find(({ met }) => met === undefined);
  return unknown === undefined
    ? undefined
    : unproven(`It is not known whether ${environment} meets the condition ${unknown.condition}.`);
}

/** Live checks of a process deployment find no cluster, whatever the plan describes. */
function conditionState(
  condition: Condition,
  { method }: ChecklistItem,
  facts: ChecklistFacts,
): boolean | undefined {
  if (facts.processes && method === "live" && condition === "kubernetes") return false;
  return facts.conditions[condition];
}

function judge(
  item: ChecklistItem,
  facts: ChecklistFacts,
  registry: Registry,
  earlier: readonly ItemResult[],
): PolicyJudgement {
  switch (item.method) {
    case "static":
      if (!facts.static.plan.resources.some(({ custom }) => custom)) return unproven("The plan is empty.");
      return item.check.kind === "policy"
        ? judgePolicy(item, facts.policy, registry)
        : judgeStatic(item, facts.static, registry, earlier);
    case "live":
      return judgeLive(item, facts, registry);
    case "drill":
      return judgeDrill(item, facts, registry);
    case "human":
      return judgeHuman(item, facts.signOffs, facts.binding);
  }
}
