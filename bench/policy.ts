/**
 * `npm run bench:policy`: what judging the production plan costs, rule by rule, and how it grows with the
 * plan.
 */
import { cpus } from "node:os";
import { readStackFile } from "../components/config/stack-file.ts";
import program from "../index.ts";
import type { Plan } from "../plan/plan.ts";
import { planEnvironment } from "../plan/run.ts";
import { createContext } from "../policy/context.ts";
import { evaluatePlan, resourcesOfPlan } from "../policy/evaluate.ts";
import type { PolicyConfig } from "../policy/levels.ts";
import { loadPolicyConfig } from "../policy/load-config.ts";
import { evaluateRule } from "../policy/rule.ts";
import { RULES } from "../policy/rules/index.ts";

/** The bar of a whole evaluation of production (DESIGN §10 gives the plan itself two seconds). */
const BAR_MS = 150;

const RUNS = 15;
const SIZES = [1, 4, 16];
const SLOWEST = 8;

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function milliseconds(run: () => unknown): number {
  const before = performance.now();
  run();
  return performance.now() - before;
}

function measured(run: () => unknown, runs = RUNS): number {
  return median(Array.from({ length: runs }, () => milliseconds(run)));
}

/** The plan several times over, each copy in namespaces of its own, as a larger deployment would be. */
function enlarged(plan: Plan, factor: number): Plan {
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

function perRule(plan: Plan, config: PolicyConfig): void {
  const { environment } = plan;
  const context = createContext({
    environment,
    parameters: config.parameters,
    resources: resourcesOfPlan(plan),
  });
  const times = RULES.map((rule) => ({ name: rule.name, ms: measured(() => evaluateRule(rule, context)) }));
  for (const { name, ms } of times.sort((a, b) => b.ms - a.ms).slice(0, SLOWEST)) {
    write(`  ${name.padEnd(28)} ${ms.toFixed(2).padStart(7)} ms`);
  }
  const rest = times.slice(SLOWEST).map(({ ms }) => ms);
  write(
    `  ${`${rest.length} others, each at most`.padEnd(28)} ${Math.max(...rest)
      .toFixed(2)
      .padStart(7)} ms`,
  );
}

async function run(): Promise<void> {
  const config = loadPolicyConfig(".");
  const plan = await planEnvironment(() => program(), readStackFile(".", "production"));
  write(
    `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}, median of ${RUNS}`,
  );
  const cold = milliseconds(() => evaluatePlan(plan, config));
  write(
    `production: ${plan.resources.length} resources, ${RULES.length} rules; the first evaluation ${cold.toFixed(1)} ms`,
  );
  perRule(plan, config);
  const rows = SIZES.map((factor) => {
    const large = enlarged(plan, factor);
    const ms = measured(() => evaluatePlan(large, config), factor > 4 ? 5 : RUNS);
    return { factor, resources: large.resources.length, ms };
  });
  for (const { factor, resources, ms } of rows) {
    const each = ((ms / resources) * 1000).toFixed(0);
    write(
      `${String(factor).padStart(3)}× ${String(resources).padStart(5)} resources ${ms.toFixed(1).padStart(7)} ms, ${each} µs each`,
    );
  }
  const slowest = Math.max(cold, rows[0]?.ms ?? 0);
  write(slowest <= BAR_MS ? `within ${BAR_MS} ms` : `over ${BAR_MS} ms`);
  process.exitCode = slowest <= BAR_MS ? 0 : 1;
}

await run();
