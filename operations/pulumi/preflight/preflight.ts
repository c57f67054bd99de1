import { z } from "zod";
import { readStackFile } from "../../../components/config/stack-file/read-stack-file.ts";
import { formatProblem, MissingToolError, type Problem } from "../../../components/shared/errors.ts";
import type { Plan } from "../../../plan/plan.ts";
import { createPlanOnce } from "../../../plan/plan-program.ts";
import { errorMessage, OperationError } from "../../errors.ts";
import type { StackContext } from "../stack-context.ts";
import { type Checkpoint, readCheckpoint } from "../state/checkpoint.ts";
import { findAccountProblems, findAwsProblems } from "./aws-problems.ts";
import { readClusterFacts, readKubeconfig, readNamespaces } from "./cluster-facts.ts";
import { findClusterMismatch, findClusterProblems, findKubeconfigProblems } from "./cluster-problems.ts";
import { listClusterRequirements } from "./cluster-requirements.ts";
import type { Kubectl } from "./kubectl.ts";

/** An existing cluster, to which kubectl connects with the operator's kubeconfig, as Pulumi does. */
interface ExistingCluster {
  /** The context in use. */
  readonly context: string | undefined;
  readonly kubectl: Kubectl;
}

/** Only what is needed here: a rollback must not fail because the stack file of the work tree is invalid elsewhere. */
const existingClusterSchema = z.looseObject({
  kind: z.literal("existing"),
  context: z.string().optional(),
});

/** The rule of an existing cluster that cannot be used, with exit code 3. */
const UNUSABLE = 3;

/**
 * Requires that nothing is known which would fail the update after minutes, or would deploy it to the wrong place.
 * @throws OperationError with every problem; exit code 3 without a cluster or credentials.
 */
export async function requireReadyForUpdate(
  context: StackContext,
  plan: () => Promise<Plan>,
  checkpoint: Checkpoint,
): Promise<void> {
  const { environment } = context;
  const deployed = (type: string): number => checkpoint.typeCounts.get(type) ?? 0;
  const cluster = await connect(context);
  const problems = [
    ...(await findAwsProblems(context, plan, deployed)),
    ...(cluster === undefined
      ? []
      : [
          ...(await findMismatch(environment, cluster, checkpoint)),
          ...(await checkCluster(context, cluster, await plan(), true)),
        ]),
  ];
  if (problems.length > 0) throw new OperationError(1, problems, `${environment} cannot be updated yet:`);
}

/**
 * Requires that an existing cluster is the one that the environment was deployed to.
 * @throws OperationError if it is another one; exit code 3 if it does not respond.
 */
export async function requireSameCluster(context: StackContext, checkpoint: Checkpoint): Promise<void> {
  if (checkpoint.namespaces.length === 0) return;
  const cluster = await connect(context);
  if (cluster === undefined) return;
  const problems = await findMismatch(context.environment, cluster, checkpoint);
  if (problems.length > 0) throw new OperationError(1, problems);
}

/**
 * Reports what would reject an update. A preview needs neither permission to change anything nor a cluster, so only another cluster or
 * account than the deployed one rejects it: it would show that everything is missing.
 * @throws OperationError if the cluster or the account is another one.
 */
export async function checkBeforePreview(context: StackContext): Promise<void> {
  const { environment, directory, note } = context;
  const accountProblems = await findAccountProblems(context);
  if (accountProblems.length > 0) throw new OperationError(1, accountProblems);
  try {
    const cluster = await connect(context);
    if (cluster === undefined) return;
    const problems = await findMismatch(environment, cluster, await readCheckpoint(context));
    if (problems.length > 0) throw new OperationError(1, problems);
    const plan = await createPlanOnce(directory, environment)();
    report(context, await checkCluster(context, cluster, plan, false));
  } catch (error) {
    if (error instanceof OperationError && error.exitCode === UNUSABLE) report(context, error.problems);
    else if (error instanceof MissingToolError) note(`warning: ${error.message}`);
    else throw error;
  }
}

function report({ environment, note }: StackContext, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  note(`warning: \`up\` would reject ${environment}:`);
  for (const problem of problems) note(`  - ${formatProblem(problem)}`);
}

/**
 * Checks that the kubeconfig has the context of the environment; undefined on EKS, whose kubeconfig the program creates.
 * @throws OperationError with exit code 3 without one.
 */
async function connect(context: StackContext): Promise<ExistingCluster | undefined> {
  const { kubectl, directory, environment } = context;
  const { values } = readStackFile(directory, environment);
  const cluster = existingClusterSchema.safeParse(values.cluster).data;
  if (kubectl === undefined || cluster === undefined) return undefined;
  // In a pod without a kubeconfig, kubectl and Pulumi use the service account of the pod.
  if (process.env.KUBERNETES_SERVICE_HOST !== undefined && process.env.KUBECONFIG === undefined)
    return { context: undefined, kubectl };
  const kubeconfig = await requireKubectl(readKubeconfig(kubectl));
  const problems = findKubeconfigProblems(kubeconfig, cluster.context);
  if (problems.length > 0) throw new OperationError(UNUSABLE, problems);
  const args = cluster.context === undefined ? [] : ["--context", cluster.context];
  return {
    context: cluster.context ?? kubeconfig.currentContext,
    kubectl: (command) => kubectl([...command, ...args]),
  };
}

async function requireKubectl<Value>(value: Promise<Value>): Promise<Value> {
  try {
    return await value;
  } catch (error) {
    if (!(error instanceof MissingToolError)) throw error;
    const remedy =
      "Install it (https://kubernetes.io/docs/tasks/tools/): the cluster is checked with it before it is changed.";
    throw new MissingToolError("kubectl", remedy);
  }
}

async function findMismatch(
  environment: string,
  { context, kubectl }: ExistingCluster,
  { namespaces }: Checkpoint,
): Promise<Problem[]> {
  if (namespaces.length === 0) return [];
  const names = namespaces.map(({ name }) => name);
  const live = await requireResponse(environment, context, readNamespaces(kubectl, names));
  return findClusterMismatch(environment, context, namespaces, live);
}

async function checkCluster(
  { environment, note }: StackContext,
  { context, kubectl }: ExistingCluster,
  plan: Plan,
  permissions: boolean,
): Promise<Problem[]> {
  const requirements = listClusterRequirements(plan);
  const options = { note, permissions };
  const facts = readClusterFacts(kubectl, requirements.objects, options);
  return findClusterProblems(requirements, await requireResponse(environment, context, facts));
}

/** @throws OperationError with exit code 3 and the message of kubectl if the cluster does not respond. */
async function requireResponse<Value>(
  environment: string,
  context: string | undefined,
  response: Promise<Value>,
): Promise<Value> {
  try {
    return await response;
  } catch (error) {
    if (error instanceof MissingToolError) throw error;
    throw new OperationError(UNUSABLE, {
      subject: `the cluster of ${environment}`,
      ...(context === undefined ? {} : { value: context }),
      rule: `cannot be read: ${errorMessage(error).replace(/\.$/, "")}`,
      remedy:
        "Check with: kubectl cluster-info. The kubeconfig names its endpoint, which this machine's network must reach.",
    });
  }
}
