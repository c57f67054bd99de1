import { compareCodeUnits } from "../../plan/format.ts";
import type { JsonObject } from "../../plan/plan.ts";
import type { WrittenFile } from "../archive/archive-entry.ts";
import type { Commit } from "../git/read-commit.ts";
import { type PackagedFile, type PackageManifest, PERFORMANCE_TARGETS } from "./manifest.ts";
import type { PackageContents } from "./package-contents.ts";
import { OVERLAY_NAMES } from "./site-overlays.ts";

interface ManifestOptions {
  readonly version: string;
  readonly commit: Commit;
  readonly contents: PackageContents;
  readonly files: readonly WrittenFile[];
}

/** The manifest of a package. It contains nothing that depends on when or where the package is built. */
export function createManifest({ version, commit, contents, files }: ManifestOptions): PackageManifest {
  const packaged = files.map(toPackagedFile).toSorted((a, b) => compareCodeUnits(a.path, b.path));
  const under = (directory: string) => packaged.filter(({ path }) => path.startsWith(`${directory}/`));
  return {
    schemaVersion: 1,
    name: "spacetime-vr",
    version,
    build: {
      commit: commit.id,
      ...(commit.branch === undefined ? {} : { branch: commit.branch }),
      date: new Date(commit.seconds * 1000).toISOString(),
      reproducible: commit.changes.length === 0,
    },
    kubernetes: {
      objects: contents.objects.length,
      kinds: countKinds(contents.objects),
      namespaces: contents.objects
        .filter(({ kind }) => kind === "Namespace")
        .map(objectName)
        .toSorted(compareCodeUnits),
      overlays: [...OVERLAY_NAMES],
    },
    images: [...contents.images],
    monitoring: contents.monitoring,
    binaries: under("binaries"),
    documentation: under("docs")
      .map(({ path }) => path)
      .filter((path) => path.endsWith(".md")),
    tests: under("tests").map(({ path }) => path),
    targets: PERFORMANCE_TARGETS,
    files: packaged,
  };
}

function toPackagedFile({ path, size, sha256, mode }: WrittenFile): PackagedFile {
  return { path, size, sha256, mode: mode === 0o755 ? "0755" : "0644" };
}

function objectName({ metadata }: JsonObject): string {
  return String((metadata as JsonObject).name);
}

function countKinds(objects: readonly JsonObject[]): Record<string, number> {
  const kinds = Map.groupBy(objects, ({ kind }) => String(kind));
  return Object.fromEntries(
    [...kinds]
      .map(([kind, all]) => [kind, all.length] as const)
      .toSorted(([a], [b]) => compareCodeUnits(a, b)),
  );
}
