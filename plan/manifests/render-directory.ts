import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, parse, resolve, sep } from "node:path";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError } from "../../components/shared/errors.ts";
import { replaceDirectory } from "../../components/shared/replace-directory.ts";
import { sha256 } from "../../components/shared/sha256.ts";
import type { Plan } from "../plan.ts";
import { renderManifests } from "./render-manifests.ts";

/** Lists the rendered files of a directory; only these are replaced or deleted. */
export const MARKER_FILE = ".spacetime-vr-rendered.json";

/** Prevents committing secrets after they are filled in. Kustomize reads only files that its kustomization lists. */
const GITIGNORE = [".gitignore", "*\n"] as const;

interface Marker {
  /** What was rendered, so that a directory of other files is not replaced by mistake. */
  readonly content: string;
  /** The SHA-256 of each rendered file, so that edited files are not deleted. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Writes the Kubernetes objects of a plan to a directory for `kubectl apply -k` after its secrets are filled in (see
 * secret-references.ts). The directory is replaced atomically at the end; on a failure, it is unchanged. Returns the
 * written paths, relative to the directory.
 * @throws InputError for a plan that cannot be rendered and for a directory with other or edited files.
 */
export function renderPlanToDirectory(plan: Plan, directory: string): readonly string[] {
  const content = `the manifests of ${plan.environment}`;
  return writeRenderedFiles({ content, files: new Map([...renderManifests(plan), GITIGNORE]), directory });
}

/** Files for a directory, and what they are: `the manifests of production`. */
export interface RenderedFiles {
  readonly content: string;
  readonly files: ReadonlyMap<string, string>;
  readonly directory: string;
}

/** Writes files to a directory like `renderPlanToDirectory`. */
export function writeRenderedFiles({ content, files, directory }: RenderedFiles): readonly string[] {
  const target = resolveTarget(directory);
  if (target.present) {
    rejectOtherContent(directory, target.path, content);
    rejectUnknownFiles(directory, target.path);
  }
  try {
    replaceDirectory(target.path, (temporaryPath) => writeFiles(temporaryPath, files, content));
  } catch (error) {
    throw writeError(directory, target, errorCode(error) ?? String(error));
  }
  return [...files.keys()];
}

interface RenderTarget {
  readonly path: string;
  readonly present: boolean;
}

/** The real path of the directory; a symbolic link to it is kept. */
function resolveTarget(directory: string): RenderTarget {
  try {
    const path = realpathSync(directory);
    if (parse(path).root === path) {
      throw renderError(directory, "is the root of a file system", "Use a directory below it.");
    }
    if (statSync(path).isDirectory()) return { path, present: true };
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (errorCode(error) !== "ENOENT") throw readError(directory, error);
    rejectDanglingLink(directory);
    return { path: resolve(directory), present: false };
  }
  throw renderError(directory, "is a file", "Use a directory.");
}

function rejectDanglingLink(directory: string): void {
  let path = resolve(directory);
  // Terminates at the root, even on a missing drive.
  while (lstatSync(path, { throwIfNoEntry: false }) === undefined && dirname(path) !== path)
    path = dirname(path);
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry?.isSymbolicLink() !== true || statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  const what = path === resolve(directory) ? "is" : `is below ${path}, which is`;
  throw renderError(directory, `${what} a dangling symbolic link`, "Remove the link, or create its target.");
}

function rejectOtherContent(directory: string, path: string, content: string): void {
  const present = readMarker(path)?.content;
  if (present === undefined || present === content) return;
  throw renderError(
    directory,
    `contains ${present}, not ${content}`,
    "Use another directory, or delete this one.",
  );
}

/** Stops at the first file that would be lost, because the directory may be very large. */
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
            `contains ${file}, which was edited after rendering`,
            "Render into a new directory, or delete this one.",
          )
        : renderError(
            directory,
            `contains ${file}, which was not rendered by this command`,
            "Use a new or empty directory, or move the file.",
          );
    }
  } catch (error) {
    throw error instanceof InputError ? error : readError(directory, error);
  }
}

/** All files below a directory with `/` as the separator; empty directories are listed too. */
function* walkFiles(path: string, prefix = ""): Generator<string> {
  for (const entry of readdirSync(join(path, prefix), { withFileTypes: true })) {
    const relative = `${prefix}${entry.name}`;
    if (!entry.isDirectory()) yield relative;
    else if (readdirSync(join(path, relative)).length === 0) yield `${relative}/`;
    else yield* walkFiles(path, `${relative}/`);
  }
}

function readMarker(path: string): Partial<Marker> | undefined {
  try {
    const marker = join(path, MARKER_FILE);
    return lstatSync(marker).isFile()
      ? (JSON.parse(readFileSync(marker, "utf8")) as Partial<Marker>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The files in the marker, including the marker itself; empty without a valid marker. */
function readMarkerFiles(path: string): Marker["files"] {
  const files = readMarker(path)?.files;
  return typeof files === "object" && !Array.isArray(files) ? { ...files, [MARKER_FILE]: "" } : {};
}

/** Regular files only: deleting a link does not delete its target, and reading a pipe may block. */
function fileDigest(path: string): string | undefined {
  return lstatSync(path).isFile() ? sha256(readFileSync(path)) : undefined;
}

function writeFiles(directory: string, files: ReadonlyMap<string, string>, content: string): void {
  const marker: Marker = {
    content,
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

function writeError(directory: string, { path, present }: RenderTarget, code: string): InputError {
  // A mount point cannot be renamed.
  if (present && (code === "EBUSY" || deviceId(path) !== deviceId(dirname(path)))) {
    return renderError(directory, "is a mount point", "Use a directory below it.");
  }
  const remedy = "Use a writable directory on a disk with free space.";
  return renderError(directory, `cannot be written (${code})`, remedy);
}

function deviceId(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.dev;
}

function readError(directory: string, error: unknown): InputError {
  const rule = `cannot be read (${errorCode(error) ?? String(error)})`;
  return renderError(directory, rule, "Use a readable and writable directory.");
}

function renderError(directory: string, rule: string, remedy: string): InputError {
  return new InputError("The files cannot be rendered:", [
    { subject: "the directory", value: directory, rule, remedy },
  ]);
}
