import { errorMessage } from "../errors.ts";
import type { LocalPaths } from "../local/paths.ts";
import { findInstalledProgram } from "../local/processes/installed-programs.ts";
import { archiveSettings, openLocalRepository } from "./local-repository.ts";
import { ARCHIVE_TIMEOUT_SECONDS, runPgBackRest } from "./pgbackrest.ts";

/** How Postgres archives its WAL, or why it does not. */
interface PreparedArchive {
  readonly settings: readonly string[];
  readonly note: string | undefined;
}

/**
 * Prepares the repository of a local deployment before its Postgres starts, so that WAL is archived from the first segment on. A
 * deployment without a usable repository starts anyway and reports it.
 */
export async function prepareArchive(paths: LocalPaths): Promise<PreparedArchive> {
  const notBackedUp = (reason: string): PreparedArchive => ({
    settings: ["archive_mode=off"],
    note: `Players are not backed up: ${reason}`,
  });
  if (findInstalledProgram("pgbackrest") === undefined)
    return notBackedUp("pgbackrest is not installed (Debian: apt-get install pgbackrest).");
  const repository = openLocalRepository(paths);
  try {
    // Offline: it reads the identity of the database from its files. It changes nothing if the repository is of the same database.
    await runPgBackRest(repository.pgBackRest, ["--no-online", "stanza-create"]);
  } catch (error) {
    return notBackedUp(
      `${errorMessage(error)} If ${repository.paths.root} belongs to another database or key, move it away.`,
    );
  }
  return { settings: archiveSettings(repository.pgBackRest, ARCHIVE_TIMEOUT_SECONDS), note: undefined };
}
