import * as pulumi from "@pulumi/pulumi";
import type { RawConfig } from "../components/config/config.ts";
import { parseEnvironment } from "../components/config/parse-environment.ts";
import { toEngineConfig } from "../components/config/stack-file/read-stack-file.ts";
import { mockResourceState, toPlannedObject } from "./mocks.ts";
import { type JsonObject, type Plan, type PlannedResource, STACK_TYPE } from "./plan.ts";
import { Registrations, stackUrn } from "./registrations.ts";
import { RequestDependencies } from "./request-dependencies.ts";
import { withoutStackTraces } from "./stack-traces.ts";

const KUBERNETES_PROVIDER = "pulumi:providers:kubernetes";

/** The project name in Pulumi.yaml. */
export const PROJECT = "spacetime-vr";

/** A Pulumi program: constructs resources and returns the stack's outputs. */
export type Program = () => Record<string, unknown>;

/** Plans run sequentially, because the SDK has one global state per process. */
let previousRun: Promise<unknown> = Promise.resolve();

export interface PlanOptions {
  /** Whether errors have stack traces, which are slow, because the SDK captures one per promise. @default false */
  readonly stackTraces?: boolean;
}

/**
 * Runs the program in this process like a preview, without engine, credentials or cluster, and returns the registered
 * resources.
 * @throws InputError with all problems if the config is invalid.
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
  const environment = parseEnvironment(raw.environment);
  const root = stackUrn(PROJECT, environment);
  const registrations = new Registrations(root);
  const requests = new RequestDependencies();
  const resources: PlannedResource[] = [];
  const mocks: pulumi.runtime.Mocks = {
    call: (args) => {
      throw new Error(
        `${args.token}: the program must not call provider functions, so that a plan equals a preview.`,
      );
    },
    newResource: (args) => {
      resources.push(plannedResource(args, root, registrations));
      return { id: args.custom ? `${args.name}-id` : undefined, state: mockResourceState(args) };
    },
  };
  const { values, secretKeys } = toEngineConfig(raw);
  await pulumi.runtime.setMocks(mocks, PROJECT, environment, true);
  requests.record();
  pulumi.runtime.setAllConfig(values, secretKeys);
  const outputs = await runToCompletion(program, registrations);
  return {
    project: PROJECT,
    environment,
    resources: resources
      .map((resource) => ({
        ...resource,
        dependencies: requests.get(resource.type, resource.name, (type, name) =>
          type === STACK_TYPE ? root : registrations.get(type, name).urn,
        ),
      }))
      .sort((a, b) => (a.urn < b.urn ? -1 : 1)),
    outputs: toPlannedObject(outputs),
  };
}

function plannedResource(
  args: pulumi.runtime.MockResourceArgs,
  root: string,
  registrations: Registrations,
): PlannedResource {
  const placed =
    args.type === STACK_TYPE
      ? { urn: root, parent: null, protect: false, dependsOn: [] }
      : registrations.get(args.type, args.name);
  return {
    ...placed,
    type: args.type,
    name: args.name,
    custom: args.custom === true,
    inputs: withoutOperatorKubeconfig(args.type, toPlannedObject(args.inputs)),
  };
}

/** The SDK copies KUBECONFIG into the inputs of its provider, but a plan is the same for every operator. */
function withoutOperatorKubeconfig(type: string, inputs: JsonObject): JsonObject {
  const { kubeconfig, ...rest } = inputs;
  const copied = type === KUBERNETES_PROVIDER && kubeconfig === process.env.KUBECONFIG;
  return copied ? rest : inputs;
}

/**
 * Runs the program to completion before it throws the program's error, because the SDK has one global state per process, and
 * pending registrations must not affect the next run. An error in an `apply`, which would be an unhandled rejection much
 * later, rejects the plan immediately.
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

/** Catches errors of the program, which the SDK would convert to a rejection that cannot be handled. */
function captureError(program: Program, attempted: { error?: unknown }): Record<string, unknown> {
  try {
    return program();
  } catch (error) {
    attempted.error = error;
    return {};
  }
}
