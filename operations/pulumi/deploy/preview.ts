import { parseJson } from "../../../components/shared/parse-json.ts";
import type { OperationError } from "../../errors.ts";
import { checkBeforePreview } from "../preflight/preflight.ts";
import { explainFailure } from "../pulumi-cli/known-failures.ts";
import { requireSuccess, type StackContext, stackArgs } from "../stack-context.ts";
import { withPolicyPack } from "./policy-pack-args.ts";

export interface PreviewOptions {
  /** Returns Pulumi's JSON instead of its display. */
  readonly json?: boolean;
  /** Fails if there are changes, for drift detection. */
  readonly expectNoChanges?: boolean;
  /** Compares with the actual resources, not only with the state. */
  readonly refresh?: boolean;
}

export interface PreviewResult {
  /** Pulumi's JSON; undefined without `json` or if Pulumi failed before it printed any. */
  readonly preview: unknown;
  /** Undefined for a successful preview. It names a violated policy, which Pulumi's JSON omits. */
  readonly failure: OperationError | undefined;
}

/**
 * Runs `pulumi preview` with the policy pack and passes its output through. What would reject `up` is reported before it.
 * @throws OperationError if the cluster is not the one that the environment was deployed to.
 */
export async function preview(context: StackContext, options: PreviewOptions = {}): Promise<PreviewResult> {
  const { pulumi, directory, environment } = context;
  await checkBeforePreview(context);
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
