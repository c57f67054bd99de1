/**
 * `npm run bench:policy` measures the policy evaluation of the production plan, per rule, and its growth with the size of the
 * plan.
 */
import { cpus } from "node:os";
import { readStackFile } from "../components/config/stack-file/read-stack-file.ts";
import program from "../index.ts";
import type { Plan } from "../plan/plan.ts";
import { planEnvironment } from "../plan/plan-environment.ts";
import type { PolicyConfig } from "../policy/config.ts";
import { createContext } from "../policy/context.ts";
import { evaluatePlan, resourcesOfPlan } from "../policy/evaluate.ts";
import { loadPolicyConfig } from "../policy/load-config.ts";
import { evaluateRule } from "../policy/rule.ts";
import { RULES } from "../policy/rules/index.ts";

/** Time limit for evaluating production (DESIGN §10 allows two seconds for the plan itself). */
const TIME_LIMIT_MS = 150;

const RUNS = 15;
const PLAN_FACTORS = [1, 4, 16];
const RULES_SHOWN = 8;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function measureMilliseconds(run: () => unknown): number {
  const before = performance.now();
  run();
  return performance.now() - before;
}

function measureMedian(run: () => unknown, runs = RUNS): number {
  return median(Array.from({ length: runs }, () => measureMilliseconds(run)));
}

/** Repeats the plan with separate namespaces per copy, to simulate a larger deployment. */
function enlargePlan(plan: Plan, factor: number): Plan {
  const resources = Array.from({ length: factor }, (_, copy) =>
    plan.resources.map((resource) => {
      if (copy === 0) return resource;
      const text = JSON.stringify(resource.inputs).replaceAll('"spacetime', `"copy${copy}-spacetime`);
      return {
        ...resource,
        urn: `${resource.urn}-${copy}`,
        name: `${resource.name}-${copy}`,
        inputs: JSON.parse(text),
      };
    }),
  );
  return { ...plan, resources: resources.flat() };
}

function printSlowestRules(plan: Plan, config: PolicyConfig): void {
  const { environment } = plan;
  const context = createContext({
    environment,
    parameters: config.parameters,
    resources: resourcesOfPlan(plan),
  });
  const times = RULES.map((rule) => ({
    name: rule.name,
    ms: measureMedian(() => evaluateRule(rule, context)),
  }));
  for (const { name, ms } of times.sort((a, b) => b.ms - a.ms).slice(0, RULES_SHOWN)) {
    print(`  ${name.padEnd(28)} ${ms.toFixed(2).padStart(7)} ms`);
  }
  const rest = times.slice(RULES_SHOWN).map(({ ms }) => ms);
  print(
    `  ${`${rest.length} others, each at most`.padEnd(28)} ${Math.max(...rest)
      .toFixed(2)
      .padStart(7)} ms`,
  );
}

async function runBenchmark(): Promise<void> {
  const config = loadPolicyConfig(".");
  const plan = await planEnvironment(() => program(), readStackFile(".", "production"));
  print(
    `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}, median of ${RUNS}`,
  );
  const cold = measureMilliseconds(() => evaluatePlan(plan, config));
  print(
    `production: ${plan.resources.length} resources, ${RULES.length} rules; the first evaluation ${cold.toFixed(1)} ms`,
  );
  printSlowestRules(plan, config);
  const rows = PLAN_FACTORS.map((factor) => {
    const large = enlargePlan(plan, factor);
    const ms = measureMedian(() => evaluatePlan(large, config), factor > 4 ? 5 : RUNS);
    return { factor, resources: large.resources.length, ms };
  });
  for (const { factor, resources, ms } of rows) {
    const each = ((ms / resources) * 1000).toFixed(0);
    print(
      `${String(factor).padStart(3)}× ${String(resources).padStart(5)} resources ${ms.toFixed(1).padStart(7)} ms, ${each} µs each`,
    );
  }
  const slowest = Math.max(cold, rows[0]?.ms ?? 0);
  print(slowest <= TIME_LIMIT_MS ? `within ${TIME_LIMIT_MS} ms` : `over ${TIME_LIMIT_MS} ms`);
  process.exitCode = slowest <= TIME_LIMIT_MS ? 0 : 1;
}

await runBenchmark();
