import { z } from "zod";
import { parseJson } from "../../../components/shared/parse-json.ts";
import { OperationError } from "../../errors.ts";

/** An entry of `stack history --json`. Its `version` is always 0 on these backends, so it is no identifier. */
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

/** An update in a stack's history. */
export interface Update {
  /** Its start time in UTC (`20261121T053525Z`); a second update in the same second has the suffix `-2`. */
  readonly id: string;
  /** `update`, `refresh`, `destroy`, `import`. */
  readonly kind: string;
  readonly result: string;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  readonly message: string;
  /** Undefined outside a Git repository. */
  readonly commit: string | undefined;
  /** Undefined if Pulumi could not determine it. */
  readonly dirty: boolean | undefined;
  /** The plaintext config by full key, without secret values. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * Parses `stack history --json`, newest first.
 * @throws OperationError if the text has another format.
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
