import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { ControlPlaneError, errorCode } from "./errors.ts";
import { findGo, type GoTool, goEnvironment, runGo } from "./go.ts";
import { withLock } from "./lock.ts";
import {
  moduleDirectory,
  moduleNames,
  type ProgramName,
  programNames,
  programs,
  readVersions,
} from "./versions.ts";

/** The built programs. */
export interface Binaries {
  readonly directory: string;
  /** The Kubernetes version, as in `1.36.3`. */
  readonly version: string;
  readonly programs: Readonly<Record<ProgramName, string>>;
  /** kwok's stages: how simulated nodes become ready, and how pods run, complete and are deleted. */
  readonly stages: string;
}

/** Options for finding or building the programs. */
export interface BinariesOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly progress?: (line: string) => void;
  /** An abort ends the build and removes everything except Go's own cache. */
  readonly signal?: AbortSignal | undefined;
}

interface BuildContext {
  readonly go: GoTool;
  readonly env: NodeJS.ProcessEnv;
  /** The final path of the directory. */
  readonly target: string;
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

const stageFiles = [
  "node/fast/node-initialize.yaml",
  "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
  "pod/fast/pod-ready.yaml",
  "pod/fast/pod-complete.yaml",
  "pod/fast/pod-delete.yaml",
];
const stripFlags = "-s -w";

/** The directory for built control planes; outside the work tree, so that `git clean` does not delete them. */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const given = env.XDG_CACHE_HOME ?? "";
  // According to the specification of XDG_CACHE_HOME, a relative path is ignored.
  const root = path.isAbsolute(given) ? given : path.join(env.HOME || homedir(), ".cache");
  return path.join(root, "spacetime-vr", "control-plane");
}

/** Returns the programs of a control plane; builds them if they are not in the cache. */
export async function ensureBinaries(options: BinariesOptions = {}): Promise<Binaries> {
  const env = options.env ?? process.env;
  const go = await findGo(env, options.signal);
  const root = cacheDirectory(env);
  const target = path.join(root, await cacheKey(go));
  const recipe = {
    go,
    env: goEnvironment(env),
    target,
    progress: options.progress ?? (() => {}),
    signal: options.signal,
  };
  if (!(await isComplete(target))) {
    await mkdir(root, { recursive: true, mode: 0o700 });
    const onWait = () => recipe.progress("another run is building the control plane; waiting for it");
    await withLock(`${target}.lock`, () => buildIfMissing(recipe), { onWait, signal: options.signal });
  }
  return describeBinaries(target);
}

function describeBinaries(directory: string): Binaries {
  const files = programNames.map((name) => [name, path.join(directory, name)]);
  return {
    directory,
    version: readVersions().kubernetes,
    programs: Object.fromEntries(files) as Record<ProgramName, string>,
    stages: path.join(directory, "stages.yaml"),
  };
}

/**
 * The readable versions and a digest of everything that affects the build, so that a changed dependency is another
 * build.
 */
async function cacheKey(go: GoTool): Promise<string> {
  const { kubernetes, etcd, kwok } = readVersions();
  const digest = createHash("sha256").update(JSON.stringify([programs, stageFiles, ldflags(kubernetes)]));
  for (const module of moduleNames) {
    for (const file of ["go.mod", "go.sum"])
      digest.update(await readFile(path.join(moduleDirectory(module), file)));
  }
  const versions = `kubernetes-${kubernetes}_etcd-${etcd}_kwok-${kwok}`;
  return `${versions}_${go.version}_${go.os}-${go.arch}_${digest.digest("hex").slice(0, 8)}`;
}

/** Without version information Kubernetes reports v0.0.0, which clients reject as too old. */
function ldflags(version: string): string {
  const [major, minor] = version.split(".");
  const stamps = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
  const flags = Object.entries(stamps).map(
    ([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`,
  );
  return [stripFlags, ...flags].join(" ");
}

async function isComplete(directory: string): Promise<boolean> {
  const { programs: built, stages } = describeBinaries(directory);
  try {
    await Promise.all([access(stages), ...Object.values(built).map((file) => access(file, constants.X_OK))]);
    return true;
  } catch {
    return false;
  }
}

async function buildIfMissing(recipe: BuildContext): Promise<void> {
  if (await isComplete(recipe.target)) return;
  await removeStaleBuilds(recipe.target);
  const aside = `${recipe.target}.building-${randomUUID()}`;
  await mkdir(aside, { mode: 0o700 });
  try {
    await buildAll(recipe, aside);
    await rename(aside, recipe.target).catch((error) => acceptConcurrentBuild(error, recipe.target));
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Left by an interrupted build or by a cache cleaner; while the lock is held, no other process uses them. */
async function removeStaleBuilds(target: string): Promise<void> {
  const root = path.dirname(target);
  const names = await readdir(root);
  const remains = names.filter((name) => name.startsWith(`${path.basename(target)}.building-`));
  for (const name of remains) await rm(path.join(root, name), { recursive: true, force: true });
  await rm(target, { recursive: true, force: true });
}

async function acceptConcurrentBuild(error: unknown, target: string): Promise<void> {
  const taken = errorCode(error) === "ENOTEMPTY" || errorCode(error) === "EEXIST";
  if (!taken || !(await isComplete(target))) throw error;
}

async function buildAll(recipe: BuildContext, directory: string): Promise<void> {
  const { kubernetes: version, etcd, kwok } = readVersions();
  const { go, progress } = recipe;
  progress(
    `building Kubernetes ${version}, etcd ${etcd} and kwok ${kwok} by ${go.version}, once for this machine`,
  );
  progress("the first build takes about eight minutes on two cores");
  for (const [index, name] of programNames.entries()) {
    progress(`building ${name} (${index + 1} of ${programNames.length})`);
    const started = Date.now();
    await buildProgram(recipe, name, path.join(directory, name));
    progress(`built ${name} in ${Math.round((Date.now() - started) / 1000)} s`);
  }
  await writeFile(path.join(directory, "stages.yaml"), await collectStages(recipe));
  progress(`built everything into ${recipe.target}`);
}

async function buildProgram(recipe: BuildContext, name: ProgramName, output: string): Promise<void> {
  const { module, package: source } = programs[name];
  const flags = module === "kubernetes" ? ldflags(readVersions().kubernetes) : stripFlags;
  const args = ["build", "-buildvcs=false", "-trimpath", "-ldflags", flags, "-o", output, source];
  // Go's temporary files are also here, so that they are removed with an interrupted build.
  const env = { ...recipe.env, GOTMPDIR: path.dirname(output) };
  await runGo({ args, cwd: moduleDirectory(module), env, signal: recipe.signal });
  await access(output, constants.X_OK).catch((error) => {
    throw new ControlPlaneError(`"go build" of ${name} succeeded but wrote no program to ${output}.`, 1, {
      cause: error,
    });
  });
}

async function collectStages(recipe: BuildContext): Promise<string> {
  const { env, signal } = recipe;
  const args = ["list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"];
  const kwok = (await runGo({ args, cwd: moduleDirectory("kwok"), env, signal })).trim();
  const files = stageFiles.map((file) => readFile(path.join(kwok, "kustomize", "stage", file), "utf8"));
  return (await Promise.all(files)).join("---\n");
}
