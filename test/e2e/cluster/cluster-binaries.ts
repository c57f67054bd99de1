import path from "node:path";
import { versionStamps } from "../control-plane/binaries.ts";
import {
  MODULES_DIRECTORY as KUBERNETES_MODULES,
  moduleDirectory,
  readVersions,
} from "../control-plane/versions.ts";
import { ensureBuilt, type GoBuild, type GoBuildOptions } from "../go-build/go-build.ts";
import { moduleVersion } from "../go-build/module-version.ts";

/** The programs of a machine that runs pods, built from Go modules. */
export interface ClusterBinaries {
  /** Has containerd, its shim and its command line. */
  readonly containerd: string;
  /** Has the kubelet and kube-proxy. */
  readonly node: string;
  /** Has the programs that run in pods or enforce network policies. */
  readonly addOns: string;
}

const MODULES_DIRECTORY = path.join(import.meta.dirname, "go");

const ALTERNATIVE = 'use the simulated nodes of "npm run control-plane"';

/** Returns the programs; builds them if they are not cached. */
export async function ensureClusterBinaries(options: GoBuildOptions = {}): Promise<ClusterBinaries> {
  return {
    node: await ensureBuilt(nodeBuild(), options),
    containerd: await ensureBuilt(containerdBuild(), options),
    addOns: await ensureBuilt(addOnsBuild(), options),
  };
}

function nodeBuild(): GoBuild {
  const { kubernetes, go } = readVersions();
  const program = (name: string) => ({
    module: "kubernetes",
    package: `k8s.io/kubernetes/cmd/${name}`,
    ldflags: versionStamps(kubernetes),
  });
  return {
    name: "node",
    cacheFolder: "cluster",
    goVersion: go,
    goModule: moduleDirectory("kubernetes"),
    alternative: ALTERNATIVE,
    modulesDirectory: KUBERNETES_MODULES,
    modules: ["kubernetes"],
    versions: { kubelet: kubernetes },
    programs: { kubelet: program("kubelet"), "kube-proxy": program("kube-proxy") },
    firstBuildMinutes: 2,
  };
}

function containerdBuild(): GoBuild {
  const version = versionOf("containerd", "github.com/containerd/containerd/v2");
  const program = (name: string) => ({
    module: "containerd",
    package: `github.com/containerd/containerd/v2/cmd/${name}`,
    ldflags: `-X github.com/containerd/containerd/v2/version.Version=${version}`,
  });
  return {
    ...createModuleBuild("containerd", ["containerd"], { containerd: version }),
    programs: {
      containerd: program("containerd"),
      "containerd-shim-runc-v2": program("containerd-shim-runc-v2"),
      ctr: program("ctr"),
    },
    firstBuildMinutes: 4,
  };
}

function addOnsBuild(): GoBuild {
  const modules = ["coredns", "kube-router", "local-path-provisioner"];
  return {
    ...createModuleBuild("cluster's add-ons", modules, {
      coredns: versionOf("coredns", "github.com/coredns/coredns"),
    }),
    programs: {
      coredns: { module: "coredns", package: "github.com/coredns/coredns" },
      "kube-router": {
        module: "kube-router",
        package: "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router",
      },
      "local-path-provisioner": {
        module: "local-path-provisioner",
        package: "github.com/rancher/local-path-provisioner",
      },
    },
    firstBuildMinutes: 6,
  };
}

function versionOf(folder: string, module: string): string {
  return moduleVersion(path.join(MODULES_DIRECTORY, folder), module);
}

function createModuleBuild(
  name: string,
  modules: readonly string[],
  versions: Readonly<Record<string, string>>,
): Omit<GoBuild, "programs" | "firstBuildMinutes"> {
  return {
    name,
    cacheFolder: "cluster",
    goVersion: "1.26.0",
    goModule: path.join(MODULES_DIRECTORY, modules[0] ?? ""),
    alternative: ALTERNATIVE,
    modulesDirectory: MODULES_DIRECTORY,
    modules,
    versions,
  };
}
