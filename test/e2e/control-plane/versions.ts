import { readFileSync } from "node:fs";
import path from "node:path";
import { ControlPlaneError } from "./errors.ts";

/**
 * The Go modules the control plane is built from; each needs a go.mod of its own, their dependencies
 * disagree.
 */
export const moduleNames = ["etcd", "kwok", "kubernetes"] as const;
export type ModuleName = (typeof moduleNames)[number];

/** The programs of a control plane, in the order they are built. */
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

/** One of the programs a control plane is made of. */
export type ProgramName = keyof typeof programs;
export const programNames = Object.keys(programs) as ProgramName[];

const rootModules: Record<ModuleName, string> = {
  etcd: "go.etcd.io/etcd/server/v3",
  kwok: "sigs.k8s.io/kwok",
  kubernetes: "k8s.io/kubernetes",
};

/** What the committed go.mod files ask for. */
export interface Versions {
  readonly etcd: string;
  readonly kwok: string;
  readonly kubernetes: string;
  /** The oldest Go that builds all of them, as in `1.26.0`. */
  readonly go: string;
}

/** Where the module's go.mod stands. */
export function moduleDirectory(module: ModuleName): string {
  return path.join(import.meta.dirname, "go", module);
}

/** Reads the versions from the go.mod files, the only place that names them. */
export function readVersions(): Versions {
  const go = moduleNames.map((module) => findInGoMod(module, /^go (\S+)$/m, "go line"));
  return {
    etcd: rootVersion("etcd"),
    kwok: rootVersion("kwok"),
    kubernetes: rootVersion("kubernetes"),
    go: go.reduce((newest, one) => (isAtLeast(newest, one) ? newest : one)),
  };
}

/** Whether a Go version such as `go1.26.8` or `1.26` is the wanted one or a newer one. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [have, want] = [version, wanted].map((text) => (text.match(/\d+/g) ?? []).map(Number));
  for (let index = 0; index < 3; index++) {
    const difference = (have?.[index] ?? 0) - (want?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
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
    throw new ControlPlaneError(
      `${file} has no ${what}; the build needs one. Restore the file from version control.`,
    );
  }
  return found;
}
