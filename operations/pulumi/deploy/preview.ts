import type { OperationError } from "../../errors.ts";
import { explainFailure } from "../pulumi-cli/known-failures.ts";
import { requireSuccess, type StackContext, stackArgs } from "../stack-context.ts";
import { withPolicyPack } from "./policy-pack-args.ts";

export interface PreviewOptions {
  /** Gives the engine's JSON instead of its display. */
  readonly json?: boolean;
  /** Differences are a failure: what a drift check asks. */
  readonly expectNoChanges?: boolean;
  /** Compares with what really is there, not with the state alone. */
  readonly refresh?: boolean;
}

export interface PreviewResult {
  /** What the engine printed as JSON; undefined without `json`, or when it failed before it had any. */
  readonly preview: unknown;
  /** Undefined for a preview that succeeded. The engine's JSON does not name a broken policy; this does. */
  readonly failure: OperationError | undefined;
}

/** `pulumi preview` with the policy pack, whose display is passed through as it comes. */
export async function preview(context: StackContext, options: PreviewOptions = {}): Promise<PreviewResult> {
  const { pulumi, directory, environment } = context;
  const run = await withPolicyPack(directory, environment, "plan", (policy) =>
    pulumi.show(
      [
        "preview",
        ...stackArgs(context),
        ...policy,
        ...(options.json === true ? ["--json"] : []),
        ...(options.expectNoChanges === true ? ["--expect-no-changes"] : []),
        ...(options.refresh === true ? ["--refresh"] : []),
      ],
      directory,
      { quiet: options.json === true },
    ),
  );
  if (options.json !== true) {
    requireSuccess(context, run, "the preview");
    return { preview: undefined, failure: undefined };
  }
  return {
    preview: parseJson(run.stdout),
    failure: run.status === 0 ? undefined : explainFailure(run, "the preview", context),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
