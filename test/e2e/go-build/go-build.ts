import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { errorCode, TestToolError } from "./errors.ts";
import { findGo, type GoRequirement, type GoTool, goEnvironment, runGo } from "./go.ts";
import { withLock } from "./lock.ts";

/** A program of a build. */
interface GoProgram {
  /** The folder of its go.mod below `modulesDirectory`. */
  readonly module: string;
  /** An import path, or `.` for the module itself. */
  readonly package: string;
  /** The linker's flags beside those that strip symbols: stamps of versions. */
  readonly ldflags?: string;
  /** Files that the program embeds, by their name in its folder: a Go module and a file in it. */
  readonly embeds?: Readonly<Record<string, { readonly module: string; readonly file: string }>>;
}

/** Programs that are built from Go modules once per set of versions, into a cache outside the work tree. */
export interface GoBuild extends GoRequirement {
  /** The folder in the cache. */
  readonly cacheFolder: string;
  readonly modulesDirectory: string;
  readonly modules: readonly string[];
  /** The versions that the name of the directory shows. */
  readonly versions: Readonly<Record<string, string>>;
  readonly programs: Readonly<Record<string, GoProgram>>;
  /** The time of a first build on two cores, for the progress message. */
  readonly firstBuildMinutes: number;
  /** Other files of the directory, by name. */
  readonly files?: Readonly<Record<string, (run: RunGo) => Promise<string>>>;
  /** Everything else that changes the result. */
  readonly key?: unknown;
}

/** Runs `go` in a module's folder and returns its output. */
export type RunGo = (module: string, args: readonly string[]) => Promise<string>;

/** Options for finding or building the programs. */
export interface GoBuildOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly progress?: (line: string) => void;
  /** An abort ends the build and removes everything except Go's own cache. */
  readonly signal?: AbortSignal | undefined;
}

interface BuildContext {
  readonly build: GoBuild;
  readonly go: GoTool;
  readonly env: NodeJS.ProcessEnv;
  /** The final path of the directory. */
  readonly target: string;
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

const STRIP_FLAGS = "-s -w";

/** A directory for built programs; outside the work tree, so that `git clean` does not delete them. */
export function cacheDirectory(folder: string, env: NodeJS.ProcessEnv = process.env): string {
  const given = env.XDG_CACHE_HOME ?? "";
  // According to the specification of XDG_CACHE_HOME, a relative path is ignored.
  const root = path.isAbsolute(given) ? given : path.join(env.HOME || homedir(), ".cache");
  return path.join(root, "spacetime-vr", folder);
}

/** Returns the directory with the programs and files of a build; builds them if they are not cached. */
export async function ensureBuilt(build: GoBuild, options: GoBuildOptions = {}): Promise<string> {
  const env = options.env ?? process.env;
  const go = await findGo(build, env, options.signal);
  const root = cacheDirectory(build.cacheFolder, env);
  const target = path.join(root, await cacheKey(build, go));
  const context: BuildContext = {
    build,
    go,
    env: goEnvironment(env),
    target,
    progress: options.progress ?? (() => {}),
    signal: options.signal,
  };
  if (!(await isComplete(build, target))) {
    await mkdir(root, { recursive: true, mode: 0o700 });
    const onWait = () => context.progress(`another run is building the ${build.name}; waiting for it`);
    await withLock(`${target}.lock`, () => buildIfMissing(context), { onWait, signal: options.signal });
  }
  return target;
}

/** Readable, with a digest of everything that changes the result, such as the version of a dependency. */
async function cacheKey(build: GoBuild, go: GoTool): Promise<string> {
  const digest = createHash("sha256").update(JSON.stringify([build.programs, build.key ?? null]));
  for (const module of build.modules) {
    const directory = path.join(build.modulesDirectory, module);
    const names = await readdir(directory, { recursive: true });
    const sources = names.filter((name) => /^go\.(mod|sum)$|\.go$/.test(name)).sort();
    for (const name of sources) digest.update(await readFile(path.join(directory, name)));
  }
  const versions = Object.entries(build.versions).map(([name, version]) => `${name}-${version}`);
  return [...versions, go.version, `${go.os}-${go.arch}`, digest.digest("hex").slice(0, 8)].join("_");
}

async function isComplete({ programs, files = {} }: GoBuild, directory: string): Promise<boolean> {
  try {
    await Promise.all([
      ...Object.keys(files).map((name) => access(path.join(directory, name))),
      ...Object.keys(programs).map((name) => access(path.join(directory, name), constants.X_OK)),
    ]);
    return true;
  } catch {
    return false;
  }
}

async function buildIfMissing(context: BuildContext): Promise<void> {
  if (await isComplete(context.build, context.target)) return;
  await removeStaleBuilds(context.target);
  const aside = `${context.target}.building-${randomUUID()}`;
  await mkdir(aside, { mode: 0o700 });
  try {
    await buildAll(context, aside);
    await rename(aside, context.target).catch((error) => acceptConcurrentBuild(error, context));
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Removes the remains of an interrupted build or of a cache cleaner; the held lock shows that they are not in use. */
async function removeStaleBuilds(target: string): Promise<void> {
  const root = path.dirname(target);
  const names = await readdir(root);
  const remains = names.filter((name) => name.startsWith(`${path.basename(target)}.building-`));
  for (const name of remains) await rm(path.join(root, name), { recursive: true, force: true });
  await rm(target, { recursive: true, force: true });
}

async function acceptConcurrentBuild(error: unknown, { build, target }: BuildContext): Promise<void> {
  const taken = errorCode(error) === "ENOTEMPTY" || errorCode(error) === "EEXIST";
  if (!taken || !(await isComplete(build, target))) throw error;
}

async function buildAll(context: BuildContext, directory: string): Promise<void> {
  const { build, go, progress } = context;
  const versions = Object.entries(build.versions).map(([name, version]) => `${name} ${version}`);
  progress(`building ${versions.join(", ")} with ${go.version}, once for this machine`);
  progress(`the first build takes about ${build.firstBuildMinutes} minutes on two cores`);
  const programs = Object.entries(build.programs);
  for (const [index, [name, program]] of programs.entries()) {
    progress(`building ${name} (${index + 1} of ${programs.length})`);
    const started = Date.now();
    await buildProgram(context, program, path.join(directory, name));
    progress(`built ${name} in ${Math.round((Date.now() - started) / 1000)} s`);
  }
  const run: RunGo = (module, args) =>
    runGo({ args, cwd: path.join(build.modulesDirectory, module), env: context.env, signal: context.signal });
  for (const [name, content] of Object.entries(build.files ?? {}))
    await writeFile(path.join(directory, name), await content(run));
  progress(`built everything into ${context.target}`);
}

async function buildProgram(context: BuildContext, program: GoProgram, output: string): Promise<void> {
  const { build, signal } = context;
  const cwd = path.join(build.modulesDirectory, program.module);
  // Go's own temporary files are put there too, so that an interrupted build leaves none.
  const env = { ...context.env, GOTMPDIR: path.dirname(output) };
  const flags = [
    "-buildvcs=false",
    "-trimpath",
    "-ldflags",
    `${STRIP_FLAGS} ${program.ldflags ?? ""}`.trim(),
  ];
  const overlay = await writeOverlay(context, program, `${output}.overlay.json`);
  await runGo({ args: ["build", ...flags, ...overlay, "-o", output, program.package], cwd, env, signal });
  await rm(`${output}.overlay.json`, { force: true });
  await access(output, constants.X_OK).catch((error) => {
    const message = `"go build" of ${path.basename(output)} succeeded but wrote no program to ${output}.`;
    throw new TestToolError(message, 1, { cause: error });
  });
}

/** A file must be in the folder of the program that embeds it; an overlay puts it there without copying it into the repository. */
async function writeOverlay(
  { build, env, signal }: BuildContext,
  { module, embeds = {} }: GoProgram,
  file: string,
): Promise<string[]> {
  if (Object.keys(embeds).length === 0) return [];
  const cwd = path.join(build.modulesDirectory, module);
  const replaced: Record<string, string> = {};
  for (const [name, source] of Object.entries(embeds)) {
    const args = ["list", "-m", "-f", "{{.Dir}}", source.module];
    const directory = (await runGo({ args, cwd, env, signal })).trim();
    replaced[path.join(cwd, name)] = path.join(directory, source.file);
  }
  await writeFile(file, JSON.stringify({ Replace: replaced }));
  return ["-overlay", file];
}
