import { z } from "zod";
import { parseJson } from "../../../components/shared/parse-json.ts";
import { OperationError } from "../../errors.ts";
import { compareVersions } from "./merge-stack-file.ts";

const stateSchema = z.looseObject({
  type: z.string().optional(),
  protect: z.boolean().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
});

const previewSchema = z.looseObject({
  steps: z
    .array(
      z.looseObject({
        op: z.string(),
        urn: z.string(),
        oldState: stateSchema.nullish(),
        newState: stateSchema.nullish(),
        replaceReasons: z.array(z.string()).nullish(),
      }),
    )
    .nullish(),
});

/** A step of a preview, for one resource. */
export interface PreviewStep {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  readonly protect: boolean;
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
  readonly reasons: readonly string[];
}

/** Resource types with state that a program cannot recreate: data, keys, and names that others depend on. */
const STATEFUL_TYPES: readonly RegExp[] = [
  /^aws:(rds|docdb)\/(instance|cluster):/,
  /^aws:elasticache\/(replicationGroup|cluster|serverlessCache):/,
  /^aws:s3\/bucket(V2)?:/,
  /^aws:kms\/key:/,
  /^aws:eks\/cluster:/,
  /^aws:ec2\/(vpc|eip):/,
  /^aws:route53\/zone:/,
  /^aws:ecr\/repository:/,
  /^aws:backup\/vault:/,
  /^aws:secretsmanager\/secret:/,
  /^kubernetes:core\/v1:(Namespace|PersistentVolumeClaim|PersistentVolume)$/,
  /^kubernetes:apps\/v1:StatefulSet$/,
  /^random:/,
];

/** Operations that delete the old resource. */
const DESTRUCTIVE_OPERATIONS = new Set(["delete", "replace", "create-replacement", "delete-replaced"]);

/**
 * Parses the steps of `pulumi preview --json`.
 * @throws OperationError if the text has another format.
 */
export function parsePreview(text: string): PreviewStep[] {
  const preview = previewSchema.safeParse(parseJson(text));
  if (!preview.success) {
    throw new OperationError(1, {
      subject: "the preview",
      rule: "is not the known output of `pulumi preview --json`",
      remedy: "Check the output of that command; a newer Pulumi CLI may have changed it.",
    });
  }
  return (preview.data.steps ?? []).map(({ op, urn, oldState, newState, replaceReasons }) => ({
    op,
    type: newState?.type ?? oldState?.type ?? urn.split("::")[2]?.split("$").at(-1) ?? "",
    name: urn.split("::").slice(3).join("::"),
    protect: oldState?.protect === true,
    before: oldState?.inputs ?? {},
    after: newState?.inputs ?? {},
    reasons: replaceReasons ?? [],
  }));
}

/** Returns the changes, one step per resource. */
export function findChanges(steps: readonly PreviewStep[]): PreviewStep[] {
  return steps.filter(({ op }) => op !== "same" && op !== "read" && op !== "refresh");
}

/** Returns why a rollback must not apply these steps, one sentence each. */
export function findDataLoss(steps: readonly PreviewStep[]): string[] {
  return steps.flatMap((step) => {
    const { op, type, name, reasons, protect } = step;
    const held = protect || STATEFUL_TYPES.some((pattern) => pattern.test(type));
    if (DESTRUCTIVE_OPERATIONS.has(op) && held) {
      const because = reasons.length === 0 ? "" : ` because of ${reasons.join(", ")}`;
      return [
        `${name} (${type}) holds state and would be ${op === "delete" ? "deleted" : "replaced"}${because}`,
      ];
    }
    return findDowngrades(step);
  });
}

function findDowngrades({ name, type, before, after }: PreviewStep): string[] {
  const found = [
    ...engineVersionChanges(type, before, after),
    ...imageMajorVersionChanges(type, before, after),
  ];
  return found
    .filter(({ from, to }) => compareVersions(to, from) < 0)
    .map(({ what, from, to }) => `${what} of ${name} would go from ${from} down to ${to}`);
}

interface VersionChange {
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

type Inputs = Readonly<Record<string, unknown>>;

function engineVersionChanges(type: string, before: Inputs, after: Inputs): VersionChange[] {
  const key = type.startsWith("aws:eks/cluster:") ? "version" : "engineVersion";
  const [from, to] = [before[key], after[key]];
  return typeof from === "string" && typeof to === "string" ? [{ what: "the engine version", from, to }] : [];
}

/** The files of a database belong to its major version, and no older version can read them. */
function imageMajorVersionChanges(type: string, before: Inputs, after: Inputs): VersionChange[] {
  if (type !== "kubernetes:apps/v1:StatefulSet") return [];
  const now = imageMajorVersions(after);
  return [...imageMajorVersions(before)].flatMap(([repository, from]) => {
    const to = now.get(repository);
    return to === undefined ? [] : [{ what: `the major version of ${repository}`, from, to }];
  });
}

const podTemplateSchema = z.object({
  spec: z.object({
    template: z.object({ spec: z.object({ containers: z.array(z.looseObject({ image: z.string() })) }) }),
  }),
});

/** An image reference with a tag that begins with a major version, with or without a digest. */
const TAGGED_IMAGE = /^([^@]+):v?(\d+)[^:/@]*(?:@[^@]+)?$/;

function imageMajorVersions(inputs: Inputs): Map<string, string> {
  const { data } = podTemplateSchema.safeParse(inputs);
  const containers = data?.spec.template.spec.containers ?? [];
  return new Map(
    containers.flatMap(({ image }) => {
      const [, repository, major] = TAGGED_IMAGE.exec(image) ?? [];
      return repository === undefined || major === undefined ? [] : [[repository, major] as const];
    }),
  );
}
