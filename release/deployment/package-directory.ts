import { hash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError, type Problem } from "../../components/shared/errors.ts";
import type { JsonObject } from "../../plan/plan.ts";
import { manifestSchema, type PackageManifest } from "../package/manifest.ts";
import { MANIFEST_FILE } from "../package/package-layout.ts";
import { parseObjects } from "./kubernetes-objects.ts";

function packageError(problems: readonly Problem[]): InputError {
  return new InputError("The package cannot be deployed:", problems);
}

/**
 * Reads the manifest of an unpacked package, and checks that the Kubernetes files are those that it lists.
 * @throws InputError
 */
export function readPackage(directory: string): PackageManifest {
  let manifest: PackageManifest;
  try {
    manifest = manifestSchema.parse(JSON.parse(readFileSync(join(directory, MANIFEST_FILE), "utf8")));
  } catch {
    throw packageError([
      {
        subject: join(directory, MANIFEST_FILE),
        rule: "is not the manifest of a package",
        remedy: "Run the script in an unpacked package.",
      },
    ]);
  }
  const changed = manifest.files.filter(
    ({ path, sha256 }) => path.startsWith("kubernetes/") && !matches(directory, path, sha256),
  );
  if (changed.length === 0) return manifest;
  throw packageError(
    changed.map(({ path }) => ({
      subject: path,
      rule: "was changed or removed after the package was built",
      remedy: "Unpack the package again. Put changes of a site into an overlay of your own.",
    })),
  );
}

function matches(directory: string, path: string, sha256: string): boolean {
  try {
    return hash("sha256", readFileSync(join(directory, path))) === sha256;
  } catch {
    return false;
  }
}

/** The directory of an overlay. @throws InputError that names the overlays. */
export function overlayDirectory(directory: string, overlay: string): string {
  const overlays = join(directory, "kubernetes", "overlays");
  const path = join(overlays, overlay);
  if (/^[a-z0-9-]+$/.test(overlay) && existsSync(join(path, "kustomization.yaml"))) return path;
  const names = existsSync(overlays) ? readdirSync(overlays).toSorted().join(", ") : "none";
  throw packageError([
    {
      subject: "overlay",
      value: overlay,
      rule: "is not an overlay of this package",
      remedy: `Use one of: ${names}.`,
    },
  ]);
}

/** The manifest that `secrets generate` writes, next to a template and earlier values. */
const GENERATED_MANIFEST = "secrets.yaml";

/**
 * Reads the Secret objects of a directory: those of `secrets generate`, or every manifest in it. Others than its owner must not be able to
 * read them.
 * @throws InputError
 */
export function readSecretsDirectory(directory: string): JsonObject[] {
  const rejected = (subject: string, rule: string, remedy: string): InputError =>
    packageError([{ subject: "--secrets", value: subject, rule, remedy }]);
  const status = lstatSync(directory, { throwIfNoEntry: false });
  if (status?.isDirectory() !== true) {
    throw rejected(directory, "is not a directory", "Name the directory that generate_secrets.sh wrote.");
  }
  const files = existsSync(join(directory, GENERATED_MANIFEST))
    ? [GENERATED_MANIFEST]
    : readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((name) => /\.ya?ml$/.test(name));
  return files.flatMap((name) => {
    const path = join(directory, name);
    if (process.platform !== "win32" && (lstatSync(path).mode & 0o077) !== 0) {
      throw rejected(path, "can be read by other users", `Run: chmod -R go= ${directory}`);
    }
    try {
      return parseObjects(readFileSync(path, "utf8"));
    } catch {
      // The parser's message would quote the file.
      throw rejected(path, "is not YAML", "Correct the file.");
    }
  });
}
