import { z } from "zod";
import { parseJson } from "../../../components/shared/parse-json.ts";
import { OperationError } from "../../errors.ts";
import { requireSuccess, type StackContext, stackArgs } from "../stack-context.ts";

const checkpointSchema = z.looseObject({
  deployment: z
    .looseObject({
      resources: z
        .array(
          z.looseObject({
            urn: z.string(),
            type: z.string(),
            protect: z.boolean().optional(),
            inputs: z.unknown().optional(),
            outputs: z.unknown().optional(),
          }),
        )
        .nullish(),
      pending_operations: z
        .array(z.looseObject({ type: z.string(), resource: z.looseObject({ urn: z.string() }) }))
        .nullish(),
    })
    .nullish(),
});

/** A summary of a stack's state, without values. */
export interface Checkpoint {
  readonly resources: number;
  /** The number of resources of each type. */
  readonly typeCounts: ReadonlyMap<string, number>;
  /** The namespaces that were deployed. */
  readonly namespaces: readonly NamespaceIdentity[];
  /** The names and types of the protected resources. */
  readonly protectedResources: readonly string[];
  /** Interrupted operations, such as `creating game (kubernetes:…)`. */
  readonly pendingOperations: readonly string[];
  /** The claim templates of StatefulSets. */
  readonly claimTemplates: readonly ClaimTemplate[];
}

/** A namespace as the API server created it: in another cluster, or created again, it has another UID. */
export interface NamespaceIdentity {
  readonly name: string;
  readonly uid: string;
}

const namespaceSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), uid: z.string() }),
});

/** A volume that a StatefulSet claims for each pod. */
export interface ClaimTemplate {
  /** The URN of the StatefulSet. */
  readonly urn: string;
  readonly namespace: string;
  readonly name: string;
  readonly template: string;
  /** The size, such as `1Gi`. */
  readonly storage: string;
}

const statefulSetSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), namespace: z.string() }),
  spec: z.looseObject({
    volumeClaimTemplates: z.array(
      z.looseObject({
        metadata: z.looseObject({ name: z.string() }),
        spec: z.looseObject({
          resources: z.looseObject({ requests: z.looseObject({ storage: z.string() }) }),
        }),
      }),
    ),
  }),
});

/** Reads the state; secrets stay encrypted. */
export async function readCheckpoint(context: StackContext): Promise<Checkpoint> {
  const args = ["stack", "export", ...stackArgs(context)];
  const run = requireSuccess(context, await context.pulumi.capture(args, context.directory), "the state");
  return parseCheckpoint(run.stdout);
}

/** @throws OperationError if the text is not an exported stack. */
export function parseCheckpoint(text: string): Checkpoint {
  const found = checkpointSchema.safeParse(parseJson(text));
  if (!found.success) {
    throw new OperationError(1, {
      subject: "the state",
      rule: "is not the known output of `pulumi stack export`",
      remedy: "Check the output of that command; a newer Pulumi CLI may have changed it.",
    });
  }
  const { resources, pending_operations: pending } = found.data.deployment ?? {};
  return {
    resources: resources?.length ?? 0,
    typeCounts: countTypes(resources ?? []),
    namespaces: (resources ?? []).flatMap(({ type, outputs }) => {
      const found =
        type === "kubernetes:core/v1:Namespace" ? namespaceSchema.safeParse(outputs).data : undefined;
      return found === undefined ? [] : [{ name: found.metadata.name, uid: found.metadata.uid }];
    }),
    protectedResources: (resources ?? [])
      .filter(({ protect }) => protect === true)
      .map(({ urn }) => formatResource(urn)),
    claimTemplates: listClaimTemplates(resources ?? []),
    pendingOperations: (pending ?? []).map(({ type, resource }) => `${type} ${formatResource(resource.urn)}`),
  };
}

function countTypes(resources: readonly { readonly type: string }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of resources) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

interface ResourceInputs {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: unknown;
}

/** The claim templates of the StatefulSets of a state or a plan. Secrets of the state are encrypted objects, which sizes never are. */
export function listClaimTemplates(resources: readonly ResourceInputs[]): ClaimTemplate[] {
  return resources.flatMap(({ urn, type, inputs }) =>
    type === "kubernetes:apps/v1:StatefulSet" ? claimTemplatesOf(urn, inputs) : [],
  );
}

function claimTemplatesOf(urn: string, inputs: unknown): ClaimTemplate[] {
  const found = statefulSetSchema.safeParse(inputs);
  if (!found.success) return [];
  const { metadata, spec } = found.data;
  return spec.volumeClaimTemplates.map((claim) => ({
    urn,
    namespace: metadata.namespace,
    name: metadata.name,
    template: claim.metadata.name,
    storage: claim.spec.resources.requests.storage,
  }));
}

/**
 * Rejects a state with pending operations of an interrupted run: Pulumi only warns, and continues without the
 * resources that it does not know.
 * @throws OperationError that lists them.
 */
export function rejectPendingOperations(
  { environment }: StackContext,
  { pendingOperations }: Checkpoint,
): void {
  if (pendingOperations.length === 0) return;
  throw new OperationError(1, {
    subject: `the state of ${environment}`,
    rule: `has ${pendingOperations.length} pending operations of an interrupted run: ${pendingOperations.join("; ")}`,
    remedy: `Check at the provider whether each one completed. Then: npm run up -- ${environment} --resume, which removes the lock of the interrupted run if its process no longer runs, reads every resource again and continues. Import a resource that was created first, with: pulumi cancel --yes --stack ${environment}, then pulumi refresh --yes --stack ${environment} --import-pending-creates URN --import-pending-creates ID.`,
  });
}

function formatResource(urn: string): string {
  const [type = "", name = ""] = urn.split("::").slice(2);
  return `${name} (${type.split("$").at(-1)})`;
}
