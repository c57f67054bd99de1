import { readFileSync } from "node:fs";
import path from "node:path";
import { TestToolError } from "../go-build/errors.ts";
import { isAtLeast } from "../go-build/go.ts";

/** The Go modules of the control plane; each has its own go.mod, because their dependencies conflict. */
export const moduleNames = ["etcd", "kwok", "kubernetes"] as const;

/** The folder with a go.mod for each module. */
export const MODULES_DIRECTORY = path.join(import.meta.dirname, "go");

type ModuleName = (typeof moduleNames)[number];

/** The programs of a control plane, in build order. */
export const programs = {
  etcd: { module: "etcd", package: "go.etcd.io/etcd/server/v3" },
  kwok: { module: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok" },
  kubectl: { module: "kubernetes", package: "k8s.io/kubernetes/cmd/kubectl" },
  "kube-apiserver": { module: "kubernetes", package: "k8s.io/kubernetes/cmd/kube-apiserver" },
  "kube-controller-manager": {
    module: "kubernetes",
    package: "k8s.io/kubernetes/cmd/kube-controller-manager",
  },
  "kube-scheduler": { module: "kubernetes", package: "k8s.io/kubernetes/cmd/kube-scheduler" },
} as const satisfies Record<string, { module: ModuleName; package: string }>;

/** A program of a control plane. */
export type ProgramName = keyof typeof programs;
export const programNames = Object.keys(programs) as ProgramName[];

const rootModules: Record<ModuleName, string> = {
  etcd: "go.etcd.io/etcd/server/v3",
  kwok: "sigs.k8s.io/kwok",
  kubernetes: "k8s.io/kubernetes",
};

/** The versions in the committed go.mod files. */
interface Versions {
  readonly etcd: string;
  readonly kwok: string;
  readonly kubernetes: string;
  /** The minimum Go version for all of them, such as `1.26.0`. */
  readonly go: string;
}

/** The directory of the module's go.mod. */
export function moduleDirectory(module: ModuleName): string {
  return path.join(MODULES_DIRECTORY, module);
}

/** Reads the versions from the go.mod files, which are their only source. */
export function readVersions(): Versions {
  const go = moduleNames.map((module) => findInGoMod(module, /^go (\S+)$/m, "go line"));
  return {
    etcd: rootVersion("etcd"),
    kwok: rootVersion("kwok"),
    kubernetes: rootVersion("kubernetes"),
    go: go.reduce((newest, one) => (isAtLeast(newest, one) ? newest : one)),
  };
}

function rootVersion(module: ModuleName): string {
  const root = rootModules[module].replaceAll(".", "\\.");
  return findInGoMod(
    module,
    new RegExp(`^(?:require )?\\s*${root} v(\\S+)$`, "m"),
    `requirement of ${rootModules[module]}`,
  );
}

function findInGoMod(module: ModuleName, pattern: RegExp, what: string): string {
  const file = path.join(moduleDirectory(module), "go.mod");
  const found = pattern.exec(readFileSync(file, "utf8"))?.[1];
  if (found === undefined) {
    throw new TestToolError(
      `${file} has no ${what}; the build needs one. Restore the file from version control.`,
    );
  }
  return found;
}
