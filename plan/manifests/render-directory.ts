import { createHash, randomBytes } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, parse, resolve, sep } from "node:path";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError } from "../../components/shared/errors.ts";
import type { Plan } from "../plan.ts";
import { renderManifests } from "./render-manifests.ts";

/** Says that a directory was made here, and of which files: nothing else is ever replaced or deleted. */
export const MARKER_FILE = ".spacetime-vr-rendered.json";

/** Secrets get filled in here: none of them may be committed. Kustomize reads only what its kustomization lists. */
const GITIGNORE = [".gitignore", "*\n"] as const;

interface Marker {
  /** The SHA-256 of each file as it was rendered: a path alone would let an edited file, or anybody's, be deleted. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Writes the Kubernetes objects of a plan into a directory that `kubectl apply -k` takes once its secrets are filled in (see
 * secret-references.ts). Everything is written aside and put in place at the end: when anything fails, what was there stays.
 * Returns the paths that it wrote, relative to the directory.
 * @throws InputError for a plan that cannot be rendered and for a directory that somebody else made, added to or edited.
 */
export function renderPlanToDirectory(plan: Plan, directory: string): readonly string[] {
  return writeRenderedFiles(new Map([...renderManifests(plan), GITIGNORE]), directory);
}

/** Writes files into a directory as `renderPlan` does. */
export function writeRenderedFiles(files: ReadonlyMap<string, string>, directory: string): readonly string[] {
  const target = resolveTarget(directory);
  if (target.present) rejectUnknownFiles(directory, target.path);
  const aside = `${target.path}.${randomBytes(4).toString("hex")}`;
  try {
    writeFiles(`${aside}.new`, files);
    replaceDirectory(target, `${aside}.new`, `${aside}.old`);
  } catch (error) {
    throw writeError(directory, target, errorCode(error) ?? String(error));
  } finally {
    rmSync(`${aside}.new`, { recursive: true, force: true });
  }
  return [...files.keys()];
}

interface RenderTarget {
  readonly path: string;
  readonly present: boolean;
}

/** Where the directory really is: a link to it stays a link. */
function resolveTarget(directory: string): RenderTarget {
  try {
    const path = realpathSync(directory);
    if (parse(path).root === path) {
      throw renderError(directory, "is the root of a file system", "Name a directory below it.");
    }
    if (statSync(path).isDirectory()) return { path, present: true };
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (errorCode(error) !== "ENOENT") throw readError(directory, error);
    rejectDanglingLink(directory);
    return { path: resolve(directory), present: false };
  }
  throw renderError(directory, "is a file", "Name a directory.");
}

function rejectDanglingLink(directory: string): void {
  let path = resolve(directory);
  // Ends at the root, which a drive that is not there has, too.
  while (lstatSync(path, { throwIfNoEntry: false }) === undefined && dirname(path) !== path)
    path = dirname(path);
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry?.isSymbolicLink() !== true || statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  const what = path === resolve(directory) ? "is" : `is below ${path}, which is`;
  throw renderError(directory, `${what} a link to nothing`, "Remove the link, or create what it names.");
}

/** Refuses at the first file that would be lost: whole disks hang below some directories. */
function rejectUnknownFiles(directory: string, path: string): void {
  try {
    let rendered: Marker["files"] | undefined;
    for (const file of walkFiles(path)) {
      rendered ??= readMarkerFiles(path);
      const known = Object.hasOwn(rendered, file);
      if (known && (file === MARKER_FILE || fileDigest(join(path, file)) === rendered[file])) continue;
      throw known
        ? renderError(
            directory,
            `holds ${file}, which was edited after it was rendered`,
            "Render into a new directory, or delete this one.",
          )
        : renderError(
            directory,
            `holds ${file}, which no rendering wrote`,
            "Name a new or empty directory, or move that file elsewhere.",
          );
    }
  } catch (error) {
    throw error instanceof InputError ? error : readError(directory, error);
  }
}

/** Every file below a directory, with `/` between the parts; an empty directory counts as one, too. */
function* walkFiles(path: string, prefix = ""): Generator<string> {
  for (const entry of readdirSync(join(path, prefix), { withFileTypes: true })) {
    const relative = `${prefix}${entry.name}`;
    if (!entry.isDirectory()) yield relative;
    else if (readdirSync(join(path, relative)).length === 0) yield `${relative}/`;
    else yield* walkFiles(path, `${relative}/`);
  }
}

/** What the marker lists, itself included; nothing without a marker of this version. */
function readMarkerFiles(path: string): Marker["files"] {
  try {
    const marker = join(path, MARKER_FILE);
    if (!lstatSync(marker).isFile()) return {};
    const { files } = JSON.parse(readFileSync(marker, "utf8")) as Partial<Marker>;
    return typeof files === "object" && !Array.isArray(files) ? { ...files, [MARKER_FILE]: "" } : {};
  } catch {
    return {};
  }
}

/** Of a regular file only: a link's target is not what would be deleted, and a pipe may never end. */
function fileDigest(path: string): string | undefined {
  return lstatSync(path).isFile() ? sha256(readFileSync(path)) : undefined;
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function writeFiles(directory: string, files: ReadonlyMap<string, string>): void {
  const marker: Marker = {
    files: Object.fromEntries([...files].map(([file, text]) => [file, sha256(text)])),
  };
  for (const [file, text] of [
    ...files,
    [MARKER_FILE, `${JSON.stringify(marker, undefined, 2)}\n`] as const,
  ]) {
    const path = join(directory, file.replaceAll("/", sep));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: "wx" });
  }
}

/** Windows renames no directory onto another, so the old one steps aside first, and back when something goes wrong. */
function replaceDirectory({ path, present }: RenderTarget, fresh: string, old: string): void {
  if (present) renameSync(path, old);
  try {
    renameSync(fresh, path);
  } catch (error) {
    if (present) renameSync(old, path);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

function writeError(directory: string, { path, present }: RenderTarget, code: string): InputError {
  // What is mounted cannot be renamed; where its parent cannot be written to, either, that is told first.
  if (present && (code === "EBUSY" || deviceId(path) !== deviceId(dirname(path)))) {
    return renderError(directory, "is a mount point", "Name a directory below it.");
  }
  const remedy = "Name a directory that you may write to, on a disk with room.";
  return renderError(directory, `cannot be written (${code})`, remedy);
}

function deviceId(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.dev;
}

function readError(directory: string, error: unknown): InputError {
  const rule = `cannot be read (${errorCode(error) ?? String(error)})`;
  return renderError(directory, rule, "Name a directory that you may read and write.");
}

function renderError(directory: string, rule: string, remedy: string): InputError {
  return new InputError("The manifests were not rendered:", [
    { subject: "--render", value: directory, rule, remedy },
  ]);
}
