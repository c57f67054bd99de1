import { OperationError } from "../../errors.ts";
import { requireSameCluster } from "../preflight/preflight.ts";
import { readStackHistory, requireSuccess, type StackContext, stackArgs } from "../stack-context.ts";
import { readCheckpoint, rejectPendingOperations } from "../state/checkpoint.ts";

export interface DestroyOptions {
  /** Skips the confirmation; production still requires the stack name. */
  readonly yes: boolean;
  /** The stack name, given as an option where there is no terminal. */
  readonly confirm?: string;
  readonly interactive: boolean;
}

/**
 * Destroys every resource of an environment.
 * @throws OperationError if resources are protected or production was not confirmed by name.
 */
export async function destroy(context: StackContext, options: DestroyOptions): Promise<void> {
  const { environment, directory, pulumi } = context;
  const production = environment === "production";
  if (!production && !options.yes && !options.interactive) {
    throw rejectedError(
      2,
      environment,
      "needs a confirmation to be destroyed, and there is no terminal",
      "Add --yes.",
    );
  }
  await readStackHistory(context);
  const state = await readCheckpoint(context);
  await requireSameCluster(context, state);
  rejectPendingOperations(context, state);
  if (state.protectedResources.length > 0) {
    throw rejectedError(
      1,
      environment,
      `has ${state.protectedResources.length} protected resources: ${state.protectedResources.join(", ")}`,
      "Back up their data, remove the protection in the program, deploy that change, then destroy.",
    );
  }
  if (production) await confirmStackName(context, state.resources, options.confirm);
  const yes = options.yes || production;
  const args = ["destroy", ...stackArgs(context), ...(yes ? ["--yes"] : [])];
  requireSuccess(context, await pulumi.show(args, directory, { confirms: !yes }), "the destruction");
}

async function confirmStackName(
  { environment, prompt }: StackContext,
  resources: number,
  given: string | undefined,
): Promise<void> {
  const question = `This destroys ${resources} resources of ${environment}. Type the stack's name to continue: `;
  const typed = given ?? (await prompt?.(question));
  if (typed === environment) return;
  throw rejectedError(
    2,
    environment,
    typed === undefined || typed === ""
      ? "must be confirmed by typing its name"
      : `does not match what was typed (${typed})`,
    `Type ${environment} when asked, or add --confirm ${environment}.`,
  );
}

function rejectedError(code: 1 | 2, subject: string, rule: string, remedy: string): OperationError {
  return new OperationError(code, { subject, rule, remedy });
}
