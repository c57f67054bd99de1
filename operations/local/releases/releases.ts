import { createHash } from "node:crypto";
import {
  constants,
  copyFileSync,
  createReadStream,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { contentHash } from "../../../components/shared/content-hash.ts";
import { errorCode } from "../../../components/shared/error-code.ts";
import { InputError } from "../../../components/shared/errors.ts";
import { fileError, makeDirectory, readJson, writeFileAtomically, writeJson } from "../files.ts";
import type { LocalSettings } from "../settings.ts";
import type { Build } from "./build.ts";

/** The server of a release. */
export type ReleaseServer =
  | {
      readonly kind: "reference";
      readonly version: string;
      readonly commit: string | undefined;
      readonly digest: string;
    }
  | {
      readonly kind: "build";
      readonly executable: string;
      readonly pack: string | undefined;
      /** SHA-256 of the files. */
      readonly digest: string;
    };

/** A deployed server and its settings. Immutable once it is complete. */
export interface Release {
  readonly version: 1;
  readonly id: string;
  readonly created: string;
  readonly server: ReleaseServer;
  readonly settings: LocalSettings;
  /** Digest of server and settings: equal content is the same deployment. */
  readonly content: string;
}

/** Written last: a release without this file is incomplete. */
const COMPLETE_MARKER = "complete";
const RELEASE_FILE = "release.json";

/** The directory of a build within its release. */
export const BUILD_FOLDER = "server";

/** Number of releases that are kept in addition to the current one. */
export const KEPT_RELEASES = 5;

const releaseDirectory = (releases: string, id: string): string => join(releases, id);

/** Lists the complete releases, newest first. */
export function listReleases(releases: string): Release[] {
  return listReleaseIds(releases)
    .flatMap((id) => {
      const release = readRelease(releases, id);
      return release === undefined ? [] : [release];
    })
    .sort((a, b) => (a.id < b.id ? 1 : -1));
}

function listReleaseIds(releases: string): string[] {
  try {
    return readdirSync(releases);
  } catch {
    return [];
  }
}

/** Reads a complete release; returns undefined if it is incomplete or missing. */
export function readRelease(releases: string, id: string): Release | undefined {
  if (!existsSync(join(releaseDirectory(releases, id), COMPLETE_MARKER))) return undefined;
  const release = readJson<Release>(join(releaseDirectory(releases, id), RELEASE_FILE));
  return release?.version === 1 && release.id === id ? release : undefined;
}

/** @throws InputError if the release does not exist or is incomplete. */
export function requireRelease(releases: string, id: string): Release {
  const found = readRelease(releases, id);
  if (found !== undefined) return found;
  const half = existsSync(releaseDirectory(releases, id));
  throw new InputError("The release does not exist:", [
    {
      subject: "release",
      value: id,
      rule: half ? "is incomplete, because its creation was interrupted" : "is not stored",
      remedy: "`local rollback --list` shows the stored releases.",
    },
  ]);
}

/** Removes incomplete releases. @returns their names. */
export function removeIncompleteReleases(releases: string): string[] {
  const half = listReleaseIds(releases).filter((id) => readRelease(releases, id) === undefined);
  for (const id of half) rmSync(releaseDirectory(releases, id), { recursive: true, force: true });
  return half;
}

/** Removes the oldest releases above the limit, except those in `needed`. @returns the removed releases. */
export function pruneReleases(releases: string, needed: readonly (string | undefined)[]): string[] {
  const old = listReleases(releases)
    .map(({ id }) => id)
    .filter((id) => !needed.includes(id))
    .slice(KEPT_RELEASES);
  for (const id of old) {
    // Removed first: without this file the release is incomplete, so the next start finishes an interrupted removal.
    rmSync(join(releaseDirectory(releases, id), COMPLETE_MARKER), { force: true });
    rmSync(releaseDirectory(releases, id), { recursive: true, force: true });
  }
  return old;
}

/**
 * Digest of the release's content, not of its origin: a commit that does not change the server is the same release.
 */
export function contentDigest(server: ReleaseServer, settings: LocalSettings): string {
  return contentHash({ server: [server.kind, server.digest], settings });
}

interface NewRelease {
  readonly server: ReleaseServer;
  readonly settings: LocalSettings;
  /** Copied, so that a rollback uses the verified files even if the build directory changes. */
  readonly build: Build | undefined;
}

/** Writes a release. A failure leaves no partial release. */
export function createRelease(
  releases: string,
  { server, settings, build }: NewRelease,
  now = new Date(),
): Release {
  makeDirectory(releases);
  const content = contentDigest(server, settings);
  const id = reserveId(
    releases,
    `${now
      .toISOString()
      .replaceAll(/[-:]|\.\d+Z/g, "")
      .replace("T", "-")}-${content}`,
  );
  const directory = releaseDirectory(releases, id);
  const release: Release = { version: 1, id, created: now.toISOString(), server, settings, content };
  try {
    if (build !== undefined) copyBuild(build, join(directory, BUILD_FOLDER));
    writeJson(join(directory, RELEASE_FILE), release);
    writeFileAtomically(join(directory, "server.env"), renderEnvFile(settings));
    writeFileAtomically(join(directory, COMPLETE_MARKER), "");
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw fileError(error, directory);
  }
  return release;
}

/** Two releases with the same content in the same second get different names. */
function reserveId(releases: string, wanted: string): string {
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? wanted : `${wanted}-${number}`;
    try {
      mkdirSync(releaseDirectory(releases, id), { mode: 0o700 });
      return id;
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw fileError(error, releaseDirectory(releases, id));
    }
  }
}

function copyBuild({ directory, executable, pack, libraries }: Build, to: string): void {
  mkdirSync(to, { mode: 0o700 });
  for (const name of [executable, ...(pack === undefined ? [] : [pack]), ...libraries]) {
    // Uses copy-on-write where the file system supports it, so that a large build takes no extra space.
    copyFileSync(join(directory, name), join(to, name), constants.COPYFILE_FICLONE);
  }
}

function renderEnvFile({ variables }: LocalSettings): string {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return `# The plain variables of this release. Secrets, ports and paths are added at each start.\n${lines.join("\n")}\n`;
}

/** SHA-256 of the files of a build and their names. */
export async function buildDigest({ directory, executable, pack, libraries }: Build): Promise<string> {
  const hash = createHash("sha256");
  for (const name of [executable, ...(pack === undefined ? [] : [pack]), ...libraries]) {
    hash.update(`${name}\n`);
    for await (const chunk of createReadStream(join(directory, name))) hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}

/** SHA-256 of the reference server's code. */
export function referenceServerDigest(root: string): string {
  const hash = createHash("sha256");
  for (const path of globSync("{reference-server,components/config}/**/*.ts", { cwd: root }).sort()) {
    hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  }
  return hash.digest("hex");
}
