import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { parseConfig } from "../components/config/parse-config.ts";
import { readStackFile } from "../components/config/stack-file/read-stack-file.ts";
import { estimateCost, HOURS_PER_MONTH } from "../plan/cost/estimate-cost.ts";
import { readPriceFile } from "../plan/cost/price-file.ts";
import { planProgram } from "../plan/plan-program.ts";
import { errorMessage, OperationError } from "./errors.ts";

/** The rehearsal deploys the smaller environment; production has protected resources, which a rehearsal could not remove. */
const ENVIRONMENT = "staging";

/** A command of the rehearsal; the steps after `always` run even if an earlier one has failed. */
export interface RehearsalStep {
  readonly title: string;
  readonly command: readonly string[];
  readonly always?: boolean;
  /** The output that the command must have, besides exit code 0. */
  readonly expectedOutput?: string;
}

export interface RehearsalOptions {
  readonly region: string;
  /** Parameters of the bootstrap template as `Name=value`. */
  readonly parameters: readonly string[];
}

/** From an account with nothing to an account with nothing but what the template retains. */
export function rehearsalSteps({ region, parameters }: RehearsalOptions): RehearsalStep[] {
  const npm = (...args: readonly string[]) => ["npm", "run", "--silent", ...args];
  return [
    {
      title: "bootstrap: state, roles, image repository and cache",
      command: [
        ...["aws", "cloudformation", "deploy", "--stack-name", "spacetime-vr-state", "--region", region],
        ...["--template-file", "bootstrap/state-and-roles.yaml", "--capabilities", "CAPABILITY_NAMED_IAM"],
        ...["--no-fail-on-empty-changeset", "--parameter-overrides", ...parameters],
      ],
    },
    { title: "the config is complete", command: npm("config", "--", "validate", ENVIRONMENT) },
    {
      title: "the state of the stack",
      command: npm(
        "init",
        "--",
        ENVIRONMENT,
        "--secrets-provider",
        `awskms://alias/spacetime-vr-${ENVIRONMENT}?region=${region}`,
      ),
    },
    { title: "the first update", command: npm("up", "--", ENVIRONMENT, "--yes") },
    {
      title: "a second update changes nothing",
      command: npm("preview", "--", ENVIRONMENT, "--expect-no-changes", "--refresh"),
    },
    { title: "the post-deployment checks", command: npm("verify", "--", ENVIRONMENT) },
    { title: "destroy", command: npm("destroy", "--", ENVIRONMENT, "--yes"), always: true },
    {
      title: "nothing of the environment is left",
      command: [
        ...["aws", "resourcegroupstaggingapi", "get-resources", "--region", region, "--tag-filters"],
        ...["Key=project,Values=spacetime-vr", `Key=environment,Values=${ENVIRONMENT}`],
        ...["--query", "ResourceTagMappingList[].ResourceARN", "--output", "text"],
      ],
      always: true,
      expectedOutput: "",
    },
  ];
}

/** Runs a command and returns its exit code and its output. */
export type RunStep = (
  command: readonly string[],
) => Promise<{ readonly status: number; readonly output: string }>;

/** Runs the steps in order; after a failure only those that clean up. @returns the titles of the failed steps. */
export async function rehearse(
  steps: readonly RehearsalStep[],
  run: RunStep,
  note: (line: string) => void,
): Promise<string[]> {
  const failed: string[] = [];
  for (const step of steps) {
    if (failed.length > 0 && step.always !== true) {
      note(`skipped  ${step.title}`);
      continue;
    }
    const begun = Date.now();
    const { status, output } = await run(step.command);
    const good = status === 0 && (step.expectedOutput === undefined || output.trim() === step.expectedOutput);
    if (!good) failed.push(step.title);
    note(
      `${good ? "done   " : "FAILED "}  ${step.title} (${Math.round((Date.now() - begun) / 1000)} s)${good ? "" : `: ${output.trim().split("\n").at(-1)}`}`,
    );
  }
  return failed;
}

/** Rejects a rehearsal that could cost more than the budget, at the known list prices. */
export function requireBudget(monthlyUsd: number, hours: number, budgetUsd: number): void {
  const usd = (monthlyUsd / HOURS_PER_MONTH) * hours;
  if (usd <= budgetUsd) return;
  throw new OperationError(2, {
    subject: "--budget-usd",
    value: String(budgetUsd),
    rule: `must be at least ${usd.toFixed(2)}, which ${hours} hours of ${ENVIRONMENT} cost at the known list prices`,
    remedy: "Raise the budget or lower --hours.",
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      account: { type: "string" },
      "budget-usd": { type: "string", default: "10" },
      hours: { type: "string", default: "3" },
      parameter: { type: "string", multiple: true, default: [] },
    },
  });
  const directory = process.cwd();
  const raw = readStackFile(directory, ENVIRONMENT);
  const { aws } = parseConfig(raw);
  if (aws === undefined || values.account !== aws.account) {
    throw new OperationError(2, {
      subject: "--account",
      value: values.account ?? "",
      rule: `must repeat aws.account of Pulumi.${ENVIRONMENT}.yaml (${aws?.account ?? "none"}): the rehearsal deletes everything that it creates there`,
      remedy: "Use an account that has nothing else, and name it.",
    });
  }
  const { usd } = estimateCost(await planProgram(raw), readPriceFile());
  const hours = Number(values.hours);
  requireBudget(usd, hours, Number(values["budget-usd"]));
  const deadline = Date.now() + hours * 3_600_000;
  const failed = await rehearse(
    rehearsalSteps({ region: aws.region, parameters: values.parameter }),
    (command) => runCommand(command, Math.max(0, deadline - Date.now())),
    (line) => process.stdout.write(`${line}\n`),
  );
  if (failed.length > 0) process.exitCode = 1;
}

/** A command after the time is up still gets half an hour, because the last ones remove what costs. */
const CLEAN_UP_MS = 1_800_000;

function runCommand([program = "", ...args]: readonly string[], timeoutMs: number): ReturnType<RunStep> {
  const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<RunStep>>>();
  const timeout = Math.max(timeoutMs, CLEAN_UP_MS);
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "inherit"],
    timeout,
    killSignal: "SIGINT",
    shell: process.platform === "win32",
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    output += chunk;
  });
  child.on("error", (error) => resolve({ status: 3, output: error.message }));
  child.on("close", (status) => resolve({ status: status ?? 1, output }));
  return promise;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  main().catch((error) => {
    process.stderr.write(`${errorMessage(error)}\n`);
    process.exitCode = error instanceof OperationError ? error.exitCode : 2;
  });
}
