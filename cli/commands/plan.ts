import { Command } from "commander";
import type { RawConfig } from "../../components/config/config.ts";
import { parseConfig } from "../../components/config/parse-config.ts";
import { parseEnvironment } from "../../components/config/parse-environment.ts";
import { readStackFile } from "../../components/config/stack-file/read-stack-file.ts";
import { ENVIRONMENTS, type Environment } from "../../components/shared/environments.ts";
import { InputError } from "../../components/shared/errors.ts";
import type { PlansAtRef } from "../../plan/git/plans-at-ref.ts";
import type { Plan } from "../../plan/plan.ts";
import type { PolicyReport } from "../../policy/evaluate.ts";
import { formatJson, type Output, writeResultFile } from "../output.ts";

/** What the command needs from the process. */
interface PlanContext {
  /** The directory with the stack files. */
  readonly directory: string;
  /** The path of `plan/git/plan-worker.ts`, which plans other commits. */
  readonly runner: string;
  readonly output: Output;
}

interface PlanOptions {
  readonly json?: true;
  readonly diff?: string;
  readonly graph?: string;
  readonly render?: string;
  readonly cost?: true;
  /** The Pulumi program's own option. */
  readonly debug?: true;
}

const EXAMPLES = `
Examples:
  plan                              every environment: its resources as a tree, with counts
  plan production                   one environment
  plan production --json            the whole plan: every resource with its inputs, secrets masked
  plan --diff origin/main           what this work tree changes in each environment
  plan production --diff <tag>      … compared with a release
  plan production --graph out.svg   the architecture as a picture
  plan production --cost            the monthly list price by component, and unused vCPUs
  plan --cost --diff origin/main    what this work tree costs more or less
  plan package --render out         the Kubernetes objects as YAML, secrets as references

A plan needs no Pulumi CLI, no account and no cluster. It reads Pulumi.<environment>.yaml here and changes nothing.
Policies are evaluated for every plan (docs/policy.md); each violation is shown with its reason and remedy.
Exit codes: 0 planned, 1 a policy blocks, 2 invalid config or arguments, 3 a needed tool (git for --diff) is missing.`;

/** Creates the `plan` command. */
export function planCommand(context: PlanContext): Command {
  return new Command("plan")
    .summary("show the resources of each environment")
    .description("Shows the resources of each environment, without the Pulumi CLI, an account or a cluster.")
    .argument("[environment...]", `${ENVIRONMENTS.join(", ")} (default: all)`)
    .option("--json", "print only the plan or the difference, as JSON")
    .option("--diff <git-ref>", "what changes compared with a branch, a tag or a commit")
    .option("--cost", "the monthly list price of each environment; with --diff what the change costs")
    .option("--graph <file.svg>", "draw the architecture of one environment")
    .option("--render <directory>", "write the Kubernetes objects of one environment as YAML")
    .addHelpText("after", EXAMPLES)
    .action((names: string[], _options, command: Command) =>
      runPlan(names, command.optsWithGlobals<PlanOptions>(), context),
    );
}

async function runPlan(names: readonly string[], options: PlanOptions, context: PlanContext): Promise<void> {
  const environments = names.length === 0 ? ENVIRONMENTS : [...new Set(names.map(parseEnvironment))];
  requireCompatibleOptions(environments, options);
  const { diff: ref } = options;
  if (ref !== undefined) return printDiffs(environments, ref, options, context);
  const plans = await planAll(environments, context, options.debug);
  if (options.cost === true) return printCosts(plans, options, context);
  const reports = await evaluatePolicies(plans, context);
  const [only] = plans;
  if (only !== undefined && options.graph !== undefined) await writeGraph(only, options.graph, context);
  if (only !== undefined && options.render !== undefined)
    await renderManifests(only, options.render, context);
  if (options.json === true) await printJson(plans, reports, context);
  else if (options.graph === undefined && options.render === undefined)
    await printTrees(plans, reports, context);
  else await printPolicyFailures(reports, context);
  if (reports.some(({ blocked }) => blocked)) process.exitCode = 1;
}

/** Evaluates each plan with the policy rules and levels of a preview. */
async function evaluatePolicies(
  plans: readonly Plan[],
  { directory, output }: PlanContext,
): Promise<PolicyReport[]> {
  output.progress("applying the policies");
  const [{ evaluatePlan }, { loadPolicyConfig }] = await Promise.all([
    import("../../policy/evaluate.ts"),
    import("../../policy/load-config.ts"),
  ]);
  const config = loadPolicyConfig(directory);
  return plans.map((plan) => evaluatePlan(plan, config));
}

/** With --graph or --render, only blocking violations are reported. */
async function printPolicyFailures(reports: readonly PolicyReport[], { output }: PlanContext): Promise<void> {
  const { policyReportText } = await import("../policy-report.ts");
  for (const report of reports.filter(({ blocked }) => blocked)) {
    output.note(policyReportText(report, { colour: false }).trimEnd());
  }
}

function requireCompatibleOptions(
  environments: readonly Environment[],
  { cost, diff, graph, render }: PlanOptions,
): void {
  const [option, value] =
    graph === undefined ? (["--render", render] as const) : (["--graph", graph] as const);
  if (value === undefined) return;
  const problem = (rule: string, remedy: string) =>
    new InputError("Invalid combination of options:", [{ subject: option, value, rule, remedy }]);
  if (cost === true) {
    throw problem("cannot be combined with --cost", "Run the command once with each option.");
  }
  if (diff !== undefined) {
    throw problem("cannot be combined with --diff", "Remove --diff, or compare two rendered directories.");
  }
  if (environments.length !== 1) {
    throw problem("needs exactly one environment", `Name it: plan production ${option} ${value}.`);
  }
  if (option === "--graph" && !value.endsWith(".svg")) {
    throw problem("must end in .svg", "The graph is written as SVG.");
  }
}

/** Plans the environments one after the other. */
async function planAll(
  environments: readonly Environment[],
  context: PlanContext,
  traces = false,
): Promise<Plan[]> {
  const { output } = context;
  output.progress("loading the program");
  const configs = readConfigs(environments, context);
  // Loading the SDKs takes most of a plan's time, so help, usage errors and invalid config do not load them.
  const [{ default: program }, { planEnvironment }] = await Promise.all([
    import("../../index.ts"),
    import("../../plan/plan-environment.ts"),
  ]);
  const plans: Plan[] = [];
  for (const [index, config] of configs.entries()) {
    output.progress(`planning ${config.environment} (${index + 1} of ${configs.length})`);
    plans.push(await planEnvironment(program, config, { stackTraces: traces }));
  }
  return plans;
}

/** Parses the config of each environment; throws the problems of all of them together. */
function readConfigs(environments: readonly Environment[], { directory }: PlanContext): RawConfig[] {
  const errors: unknown[] = [];
  const configs = environments.flatMap((environment) => {
    try {
      const config = readStackFile(directory, environment);
      parseConfig(config);
      return [config];
    } catch (error) {
      errors.push(error);
      return [];
    }
  });
  if (errors.length > 1) throw new AggregateError(errors);
  if (errors.length > 0) throw errors[0];
  return configs;
}

/** Returns the value itself for one environment, and an object by environment for several. */
function byEnvironment<Value extends { readonly environment: Environment }>(
  values: readonly Value[],
): Value | Record<string, Value> | undefined {
  return values.length === 1
    ? values[0]
    : Object.fromEntries(values.map((value) => [value.environment, value]));
}

async function printJson(
  plans: readonly Plan[],
  reports: readonly PolicyReport[],
  { output }: PlanContext,
): Promise<void> {
  const { policyReportJson } = await import("../policy-report.ts");
  const judged = plans.map((plan, index) => {
    const report = reports[index];
    return report === undefined ? plan : { ...plan, policy: policyReportJson(report) };
  });
  output.result(formatJson(byEnvironment(judged)));
}

async function printTrees(
  plans: readonly Plan[],
  reports: readonly PolicyReport[],
  { output }: PlanContext,
): Promise<void> {
  const { formatResourceCount, formatResourceTree } = await import("../../plan/resource-tree.ts");
  const { policyReportText, policyVerdict } = await import("../policy-report.ts");
  const style = { colour: output.style.colour === true };
  const texts = plans.map((plan, index) => {
    const report = reports[index];
    const judged = report === undefined ? "" : `\n${policyReportText(report, style)}`;
    return `${formatResourceCount(plan)}\n${formatResourceTree(plan, output.style)}${judged}`;
  });
  const lines = plans.map((plan, index) => {
    const report = reports[index];
    return `${formatResourceCount(plan)}${report === undefined ? "" : `; ${policyVerdict(report, style)}`}\n`;
  });
  output.result([...texts, ...(plans.length > 1 ? [lines.join("")] : [])].join("\n"));
}

async function printCosts(
  plans: readonly Plan[],
  { json }: PlanOptions,
  { output }: PlanContext,
): Promise<void> {
  const { estimateCost, formatCost, prices } = await loadCosts();
  const estimates = plans.map((plan) => estimateCost(plan, prices));
  if (json === true)
    output.result(formatJson(Object.fromEntries(estimates.map((found) => [found.environment, found]))));
  else output.result(estimates.map((found) => formatCost(found, prices)).join("\n"));
}

async function loadCosts() {
  const [{ estimateCost }, format, { readPriceFile }] = await Promise.all([
    import("../../plan/cost/estimate-cost.ts"),
    import("../../plan/cost/format-cost.ts"),
    import("../../plan/cost/price-file.ts"),
  ]);
  return { estimateCost, ...format, prices: readPriceFile() };
}

async function writeGraph(plan: Plan, path: string, { output }: PlanContext): Promise<void> {
  output.progress("drawing");
  const { renderGraphSvg } = await import("../../plan/graph/render-graph.ts");
  writeResultFile("--graph", path, await renderGraphSvg(plan));
  output.note(`${path}: the architecture of ${plan.environment}`);
}

async function renderManifests(plan: Plan, directory: string, { output }: PlanContext): Promise<void> {
  const { renderPlanToDirectory } = await import("../../plan/manifests/render-directory.ts");
  const files = renderPlanToDirectory(plan, directory);
  output.note(
    `${directory}: ${files.length} files of ${plan.environment}; fill in the secrets with: secrets generate ${plan.environment} --fill ${directory}`,
  );
}

async function printDiffs(
  environments: readonly Environment[],
  ref: string,
  options: PlanOptions,
  context: PlanContext,
): Promise<void> {
  const { directory, runner, output } = context;
  const { plansAtRef } = await import("../../plan/git/plans-at-ref.ts");
  const [theirs, ours] = await Promise.allSettled([
    plansAtRef({ directory, ref, environments, runner }),
    planAll(environments, context),
  ]);
  if (theirs.status === "rejected") throw theirs.reason;
  if (ours.status === "rejected") throw ours.reason;
  if (options.cost === true) return printCostDifferences(ours.value, theirs.value, context);
  const diffs = await comparePlans(ours.value, theirs.value);
  for (const note of theirs.value.notes) output.note(note);
  if (options.json === true) return output.result(formatJson(byEnvironment(diffs)));
  const { formatDiff } = await import("../../plan/diff/format-diff.ts");
  output.result(diffs.map((diff) => formatDiff(diff, output.style)).join("\n"));
}

async function printCostDifferences(
  ours: readonly Plan[],
  theirs: PlansAtRef,
  { output }: PlanContext,
): Promise<void> {
  const { estimateCost, formatCostDifference, prices } = await loadCosts();
  const { emptyPlan } = await import("../../plan/diff/plan-diff.ts");
  const texts = ours.map((plan) => {
    const before = estimateCost(theirs.plans.get(plan.environment) ?? emptyPlan(plan), prices);
    return formatCostDifference(before, estimateCost(plan, prices));
  });
  for (const note of theirs.notes) output.note(note);
  output.result(texts.join("\n"));
}

async function comparePlans(ours: readonly Plan[], theirs: PlansAtRef) {
  const { diffPlans, emptyPlan } = await import("../../plan/diff/plan-diff.ts");
  return ours.map((plan) => diffPlans(theirs.plans.get(plan.environment) ?? emptyPlan(plan), plan));
}
