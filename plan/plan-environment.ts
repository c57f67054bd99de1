import * as pulumi from "@pulumi/pulumi";
import type { RawConfig } from "../components/config/config.ts";
import { toEngineConfig } from "../components/config/stack-file/read-stack-file.ts";
import { isEnvironment } from "../components/shared/environments.ts";
import { InputError } from "../components/shared/errors.ts";
import { mockResourceState, toPlannedObject } from "./mocks.ts";
import type { Plan, PlannedResource } from "./plan.ts";
import { Registrations, stackUrn } from "./registrations.ts";
import { withoutStackTraces } from "./stack-traces.ts";

/** The project's name, as Pulumi.yaml has it. */
export const PROJECT = "spacetime-vr";

/** A Pulumi program: constructs resources and returns the stack's outputs. */
export type Program = () => Record<string, unknown>;

/** Plans run one after the other: the SDK keeps one run's state per process. */
let previousRun: Promise<unknown> = Promise.resolve();

export interface PlanOptions {
  /** Whether errors have stack traces, which the SDK writes out for each promise of a plan. @default false */
  readonly stackTraces?: boolean;
}

/**
 * Runs the program in this process as a preview does, without engine, credentials or cluster, and returns what it registers.
 * @throws InputError when the config is invalid, with every problem at once.
 */
export function planEnvironment(
  program: Program,
  raw: RawConfig,
  { stackTraces = false }: PlanOptions = {},
): Promise<Plan> {
  const plan = (): Promise<Plan> => runProgram(program, raw);
  const run = previousRun.then(() => (stackTraces ? plan() : withoutStackTraces(plan)));
  previousRun = run.catch(() => undefined);
  return run;
}

async function runProgram(program: Program, raw: RawConfig): Promise<Plan> {
  const environment = raw.environment;
  if (!isEnvironment(environment)) {
    throw new InputError("The plan cannot start:", [
      {
        subject: "environment",
        value: environment,
        rule: "must be a known environment",
        remedy: "Name one of them.",
      },
    ]);
  }
  const root = stackUrn(PROJECT, environment);
  const registrations = new Registrations(root);
  const resources: PlannedResource[] = [];
  const mocks: pulumi.runtime.Mocks = {
    call: (args) => {
      throw new Error(
        `${args.token}: the program must not ask a provider anything, so that plan and preview agree.`,
      );
    },
    newResource: (args) => {
      resources.push(plannedResource(args, root, registrations));
      return { id: args.custom ? `${args.name}-id` : undefined, state: mockResourceState(args) };
    },
  };
  const { values, secretKeys } = toEngineConfig(raw);
  await pulumi.runtime.setMocks(mocks, PROJECT, environment, true);
  pulumi.runtime.setAllConfig(values, secretKeys);
  const outputs = await runToCompletion(program, registrations);
  return {
    project: PROJECT,
    environment,
    resources: resources.sort((a, b) => (a.urn < b.urn ? -1 : 1)),
    outputs: toPlannedObject(outputs),
  };
}

function plannedResource(
  args: pulumi.runtime.MockResourceArgs,
  root: string,
  registrations: Registrations,
): PlannedResource {
  const placed =
    args.type === "pulumi:pulumi:Stack"
      ? { urn: root, parent: null, protect: false, dependsOn: [] }
      : registrations.get(args.type, args.name);
  return {
    ...placed,
    type: args.type,
    name: args.name,
    custom: args.custom === true,
    inputs: toPlannedObject(args.inputs),
  };
}

/**
 * Runs the program to its end and only then throws what it threw: the SDK keeps one run's state per process, and what a
 * refused program has registered by then must not arrive in the next run. An error inside an `apply`, which would surface as
 * an unhandled rejection long after the registration it belongs to, rejects the plan at once.
 */
async function runToCompletion(program: Program, registrations: Registrations): Promise<object> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const onRejection = (reason: unknown): void => reject(reason);
  failed.catch(() => undefined);
  process.on("unhandledRejection", onRejection);
  try {
    const attempted: { error?: unknown } = {};
    const run = pulumi.runtime.runInPulumiStack(async () => {
      pulumi.runtime.registerStackTransformation(registrations.record);
      return captureError(program, attempted);
    });
    const outputs = await Promise.race([run, failed]);
    await Promise.race([pulumi.runtime.disconnect(), failed]);
    if ("error" in attempted) throw attempted.error;
    return (outputs ?? {}) as object;
  } finally {
    process.off("unhandledRejection", onRejection);
  }
}

/** The SDK turns what a program throws into a rejection that nobody can catch, so it must not get that far. */
function captureError(program: Program, attempted: { error?: unknown }): Record<string, unknown> {
  try {
    return program();
  } catch (error) {
    attempted.error = error;
    return {};
  }
}
