import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { OperationError } from "../errors.ts";
import { makeDirectory, readJson, writeJson } from "../local/files.ts";

/** The parts that a restore replaces, as directories of the target. */
export const RESTORED_PARTS = ["postgres", "redis", "secrets", "tls"] as const;

const journalSchema = z.strictObject({
  version: z.literal(1),
  /** The target as it was requested; another one does not continue this restore. */
  target: z.string(),
  /** Base backup that the restore began with. */
  backup: z.string(),
  /** `restoring`: the database is written and replayed. `recovered`: it is complete. `swapping`: parts are moved into place. */
  phase: z.enum(["restoring", "recovered", "swapping"]),
  /** The directory that the replaced data is moved to, relative to the target directory. */
  replaced: z.string(),
});

/** The state of a restore that is not complete. */
export type RestoreJournal = z.infer<typeof journalSchema>;

/** The files of a restore below its target directory. */
export function restorePaths(into: string) {
  const staging = join(into, "restore-staging");
  return {
    staging,
    journal: join(staging, "restore.json"),
    data: join(staging, "postgres", "data"),
    part: (name: (typeof RESTORED_PARTS)[number]) => join(staging, name),
  };
}

export function readRestoreJournal(into: string): RestoreJournal | undefined {
  return journalSchema.safeParse(readJson(restorePaths(into).journal)).data;
}

export function writeRestoreJournal(into: string, journal: RestoreJournal): void {
  makeDirectory(restorePaths(into).staging);
  writeJson(restorePaths(into).journal, journal);
}

/**
 * A deployment must not start on data of which only a part has been replaced.
 * @throws OperationError if a restore was interrupted while it moved its parts into place.
 */
export function rejectInterruptedRestore(into: string): void {
  const journal = readRestoreJournal(into);
  if (journal?.phase !== "swapping") return;
  throw new OperationError(1, {
    subject: restorePaths(into).staging,
    rule: "belongs to a restore that was interrupted while it replaced the data",
    remedy: `Run \`npm run backup -- restore --point ${journal.target} --confirm ${journal.target}\` again: it continues there.`,
  });
}

/**
 * Moves the restored parts into place and the replaced ones aside. Each part is moved by renaming, so that after an interruption the
 * staging directory shows what is left to do.
 */
export function swapParts(into: string, journal: RestoreJournal): void {
  writeRestoreJournal(into, { ...journal, phase: "swapping" });
  const aside = join(into, journal.replaced);
  for (const name of RESTORED_PARTS) {
    const staged = restorePaths(into).part(name);
    const live = join(into, name);
    const old = join(aside, name);
    if (!existsSync(staged)) continue;
    if (existsSync(live)) {
      if (existsSync(old))
        throw new OperationError(1, {
          subject: live,
          rule: `was created while a restore was moving its parts; the replaced data is in ${old}`,
          remedy: "Move it elsewhere, then run the restore again.",
        });
      makeDirectory(aside, 0o711);
      renameSync(live, old);
    }
    renameSync(staged, live);
  }
  rmSync(restorePaths(into).staging, { recursive: true, force: true });
}
