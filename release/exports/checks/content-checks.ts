import { createHash } from "node:crypto";
import { basename, extname } from "node:path/posix";
import type { Problem } from "../../../components/shared/errors.ts";
import { createCheck, type ExportCheck } from "../export-report.ts";
import { type ConfigSections, parseConfigFile } from "../settings/config-file.ts";
import { type PackContents, sourcePath } from "./pack-contents.ts";

/** Where an export puts generated files; the rest of `.godot` belongs to the editor. */
const GENERATED =
  /^\.godot\/(exported\/\d+\/[^/]+|imported\/[^/]+|uid_cache\.bin|global_script_class_cache\.cfg|extension_list\.cfg)$/;

/** Files that a production pack must not contain, with the reason. */
const FORBIDDEN: readonly (readonly [pattern: RegExp, rule: string])[] = [
  [
    /^\.godot\/(?!exported\/|imported\/|uid_cache|global_script_class_cache|extension_list)/,
    "belongs to the editor",
  ],
  [/(^|\/)addons\//i, "belongs to an addon; addons are shipped next to the pack, as a source archive"],
  [/(^|\/)gdunit4?\//i, "belongs to the test framework"],
  [/(^|\/)tests?\//i, "belongs to the tests"],
  [/(^|\/)test_[^/]*\.(gd|gdc|tscn)(\.remap)?$|[^/]_test\.(gd|gdc|tscn)(\.remap)?$/i, "is a test"],
  [/\.gd$/, "is GDScript source; export scripts as binary tokens"],
  [/\.log$/i, "is a log"],
  [/\.(pck|zip|apk|exe|dll|so|tar|gz|7z|x86_64)$/i, "is a pack, an archive or a program inside the pack"],
  [
    /(^|\/)(export_presets\.cfg|export_credentials\.cfg|override\.cfg|project\.godot)$/,
    "belongs to the editor or overrides settings",
  ],
  [/(^|\/)\.(git|github|vscode|idea)(\/|$)/, "belongs to the development of the project"],
];

export function checkContents(exported: string, { paths, archives }: PackContents): ExportCheck {
  const pathsByReason = new Map<string, string[]>();
  const archived = new Set(archives);
  for (const path of paths) {
    const reason = reasonAgainst(path, archived.has(path));
    if (reason === undefined) continue;
    const listed = pathsByReason.get(reason);
    if (listed === undefined) pathsByReason.set(reason, [path]);
    else listed.push(path);
  }
  // An addon has hundreds of files, which is one problem with one remedy.
  const problems: Problem[] = [...pathsByReason].map(([reason, [first = "", ...more]]) => ({
    subject: `res://${first}`,
    rule: more.length === 0 ? reason : `${reason}; the same applies to ${more.length} more files`,
    remedy: "Add it to the exclude filter of the export preset.",
  }));
  const title = "The pack contains no addons, tests, sources, logs, archives or editor files";
  return createCheck("contents", title, exported, { detail: `${paths.size} files`, problems });
}

function reasonAgainst(path: string, archived: boolean): string | undefined {
  const reason = FORBIDDEN.find(([pattern]) => pattern.test(path))?.[1];
  if (reason !== undefined) return reason;
  if (path.startsWith(".godot/") && !GENERATED.test(path))
    return "is not where an export puts generated files";
  return archived ? "is a pack, an archive or a program inside the pack" : undefined;
}

export function checkSecrets(exported: string, { secrets, locked, paths }: PackContents): ExportCheck {
  const problems = [...secrets].map(([path, rule]) => ({
    subject: `res://${path}`,
    rule,
    remedy: "Remove it, export again, and rotate the secret: everyone who has the pack can read it.",
  }));
  const title = "The pack contains no secrets, private keys or placeholders";
  const detail = `${paths.size} files`;
  if (problems.length > 0 || !locked) return createCheck("secrets", title, exported, { detail, problems });
  return createCheck("secrets", title, exported, {
    status: "unproven",
    detail: "encrypted files were not scanned",
  });
}

/** Every remap and import leads to a file of the pack, and a remap to the file that was exported from this source. */
export function checkReferences(exported: string, contents: PackContents): ExportCheck {
  const problems: Problem[] = [];
  let count = 0;
  for (const [path, bytes] of contents.texts) {
    if (!/\.(remap|import)$/.test(path)) continue;
    count += 1;
    const targets = targetsOf(parseConfigFile(bytes.toString("utf8")));
    const problem = path.endsWith(".remap")
      ? remapProblem(path, targets, contents.paths)
      : importProblem(targets, contents.paths);
    if (problem !== undefined) {
      problems.push({
        subject: `res://${path}`,
        rule: problem,
        remedy: "Delete the .godot directory of the project, and export again.",
      });
    }
  }
  const title = "Every remapped and imported resource is in the pack";
  if (contents.locked && problems.length === 0)
    return createCheck("references", title, exported, {
      status: "unproven",
      detail: "some files are encrypted",
    });
  return createCheck("references", title, exported, { detail: `${count} references`, problems });
}

/** The paths in `path` and, per feature tag, `path.<tag>` of the section `remap`. */
function targetsOf(sections: ConfigSections): string[] {
  return [...(sections.get("remap") ?? [])].flatMap(([key, value]) =>
    (key === "path" || key.startsWith("path.")) && typeof value === "string" ? [value] : [],
  );
}

function remapProblem(
  path: string,
  targets: readonly string[],
  paths: ReadonlySet<string>,
): string | undefined {
  const [target] = targets;
  if (target === undefined) return "names no target";
  const relative = target.replace(/^res:\/\//, "");
  if (!paths.has(relative)) return `leads to ${target}, which is not in the pack`;
  // Scripts are remapped to their binary tokens next to them; resources are named after the digest of their path.
  const expected = exportedName(sourcePath(path));
  if (relative.startsWith(".godot/exported/") && basename(relative, extname(relative)) !== expected) {
    return `leads to ${target}, which was exported from another file`;
  }
  return undefined;
}

/** The name that Godot gives to the exported form of a text resource, without extension. */
export function exportedName(path: string): string {
  return `export-${createHash("md5").update(`res://${path}`).digest("hex")}-${basename(path, extname(path))}`;
}

/** An import can have a target per texture format, of which an export contains those of its platform. */
function importProblem(targets: readonly string[], paths: ReadonlySet<string>): string | undefined {
  if (targets.length === 0 || targets.some((target) => paths.has(target.replace(/^res:\/\//, ""))))
    return undefined;
  return `leads to ${targets.join(", ")}, which is not in the pack`;
}
