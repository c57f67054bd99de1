import { readFile } from "node:fs/promises";
import path from "node:path";
import { ensureBuilt, type GoBuild, type GoBuildOptions, type RunGo } from "../go-build/go-build.ts";
import {
  MODULES_DIRECTORY,
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

const STAGE_FILES = [
  "node/fast/node-initialize.yaml",
  "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
  "pod/fast/pod-ready.yaml",
  "pod/fast/pod-complete.yaml",
  "pod/fast/pod-delete.yaml",
];

export const CACHE_FOLDER = "control-plane";

/** Returns the programs of a control plane; builds them if they are not cached. */
export async function ensureBinaries(options: GoBuildOptions = {}): Promise<Binaries> {
  const directory = await ensureBuilt(controlPlaneBuild(), options);
  const files = programNames.map((name) => [name, path.join(directory, name)]);
  return {
    directory,
    version: readVersions().kubernetes,
    programs: Object.fromEntries(files) as Record<ProgramName, string>,
    stages: path.join(directory, "stages.yaml"),
  };
}

function controlPlaneBuild(): GoBuild {
  const { kubernetes, etcd, kwok, go } = readVersions();
  return {
    name: "control plane",
    cacheFolder: CACHE_FOLDER,
    goVersion: go,
    goModule: moduleDirectory("kubernetes"),
    alternative: "set KUBECONFIG to an existing cluster",
    modulesDirectory: MODULES_DIRECTORY,
    modules: moduleNames,
    versions: { kubernetes, etcd, kwok },
    programs: Object.fromEntries(
      Object.entries(programs).map(([name, program]) => [
        name,
        program.module === "kubernetes" ? { ...program, ldflags: versionStamps(kubernetes) } : program,
      ]),
    ),
    firstBuildMinutes: 8,
    files: { "stages.yaml": collectStages },
    key: STAGE_FILES,
  };
}

/** Without a stamp, Kubernetes reports version v0.0.0, which clients treat as very old. */
export function versionStamps(version: string): string {
  const [major, minor] = version.split(".");
  const stamps = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
  return Object.entries(stamps)
    .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
    .join(" ");
}

async function collectStages(run: RunGo): Promise<string> {
  const kwok = (await run("kwok", ["list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"])).trim();
  const files = STAGE_FILES.map((file) => readFile(path.join(kwok, "kustomize", "stage", file), "utf8"));
  return (await Promise.all(files)).join("---\n");
}
