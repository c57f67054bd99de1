import { z } from "zod";
import { OperationError } from "../../errors.ts";

/** `stack history --json`, as far as it is used. Its `version` is 0 for every update on these backends, so it identifies nothing. */
const historySchema = z.array(
  z.looseObject({
    kind: z.string(),
    startTime: z.iso.datetime(),
    message: z.string(),
    environment: z.record(z.string(), z.string()).nullish(),
    config: z.record(z.string(), z.object({ value: z.string().optional(), secret: z.boolean() })).nullish(),
    result: z.string().default("in-progress"),
    endTime: z.iso.datetime().optional(),
  }),
);

/** One entry of a stack's history. */
export interface Update {
  /** Its start in UTC (`20261121T053525Z`); a second one of the same second has `-2`. */
  readonly id: string;
  /** `update`, `refresh`, `destroy`, `import`. */
  readonly kind: string;
  readonly result: string;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  readonly message: string;
  /** Absent outside git. */
  readonly commit: string | undefined;
  /** Undefined when the engine could not tell. */
  readonly dirty: boolean | undefined;
  /** The plain config by full key; secret values are left out. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * The updates of `stack history --json`, the newest first, as it lists them.
 * @throws OperationError when the text is not that.
 */
export function parseHistory(text: string): Update[] {
  const entries = historySchema.safeParse(parseJson(text));
  if (!entries.success) {
    throw new OperationError(1, {
      subject: "the history of the stack",
      rule: "is not the known output of `pulumi stack history --json`",
      remedy: "Check the output of that command; a newer Pulumi CLI may have changed it.",
    });
  }
  const seen = new Map<string, number>();
  return entries.data
    .toReversed()
    .map(({ kind, startTime, endTime, message, environment, config, result }) => ({
      id: updateId(startTime, seen),
      kind,
      result,
      startedAt: startTime,
      endedAt: endTime,
      message,
      commit: environment?.["git.head"],
      dirty: parseDirty(environment?.["git.dirty"]),
      config: plainConfig(config ?? {}),
    }))
    .toReversed();
}

function updateId(startTime: string, seen: Map<string, number>): string {
  const stamp = startTime.replace(/\.\d+/, "").replace(/[-:]/g, "");
  const count = (seen.get(stamp) ?? 0) + 1;
  seen.set(stamp, count);
  return count === 1 ? stamp : `${stamp}-${count}`;
}

function parseDirty(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text !== "false";
}

function plainConfig(
  config: Readonly<Record<string, { readonly value?: string | undefined; readonly secret: boolean }>>,
) {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, { value, secret }]) =>
      secret || value === undefined ? [] : [[key, value]],
    ),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
