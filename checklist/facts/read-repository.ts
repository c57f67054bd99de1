import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseChangedFiles, runGitAsync } from "../../components/shared/run-git.ts";
import type { RepositoryFacts } from "../evaluation/facts.ts";

/** Paths that the servers and tools could write logs to. */
const LOG_SAMPLES = ["server.log", "logs/godot.log", "build/export.log"];

const REMEDY = "Install git: the checklist judges the files of the repository.";

/** Reads the repository of a directory, with one process for each question at the same time; undefined outside a work tree. */
export async function readRepository(directory: string): Promise<RepositoryFacts | undefined> {
  const git = (...args: readonly string[]) => runGitAsync(directory, REMEDY, ...args);
  const [inside, head, files, ignoredFiles, samples, status] = await Promise.all([
    git("rev-parse", "--is-inside-work-tree"),
    git("rev-parse", "--verify", "--quiet", "HEAD"),
    git("ls-files", "-z"),
    git("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"),
    git("check-ignore", "--no-index", ...LOG_SAMPLES),
    git("status", "--porcelain", "-z"),
  ]);
  if (!inside.ok || inside.stdout.trim() !== "true") return undefined;
  const tracked = splitNul(files.stdout);
  const ignoredByGit = splitNul(ignoredFiles.stdout);
  const matched = new Set(samples.stdout.split("\n"));
  return {
    commit: head.ok && head.stdout !== "" ? head.stdout.trim() : undefined,
    changed: parseChangedFiles(status.stdout),
    tracked,
    ignored: ignoredByGit.filter((path) => !path.endsWith("/")).flatMap((path) => readMode(directory, path)),
    logSamples: LOG_SAMPLES.map((path) => ({ path, ignored: matched.has(path) })),
    documents: new Map(
      tracked.filter((path) => path.endsWith(".md")).flatMap((path) => readDocument(directory, path)),
    ),
  };
}

function splitNul(text: string): string[] {
  return text.split("\0").filter((entry) => entry !== "");
}

/** A file may be deleted while the list is read. */
function readMode(directory: string, path: string): { path: string; mode: number }[] {
  const status = statSync(join(directory, path), { throwIfNoEntry: false });
  // Windows has no such permissions.
  return status === undefined || process.platform === "win32" ? [] : [{ path, mode: status.mode & 0o7777 }];
}

function readDocument(directory: string, path: string): (readonly [string, string])[] {
  try {
    return [[path, readFileSync(join(directory, path), "utf8")]];
  } catch {
    // A deleted file is reported as a change of the work tree, and its links as broken.
    return [];
  }
}
