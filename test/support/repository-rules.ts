import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Longer files likely have more than one responsibility. Pure data is exempt. */
const MAX_FILE_LINES = 400;

/** Pure data, such as tables. */
const DATA_FILES = /^(components\/config\/variables|checklist\/items)\/|-cases\.ts$|\/cases\//;

function listTrackedFiles(...patterns: readonly string[]): string[] {
  const listed = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns],
    {
      encoding: "utf8",
    },
  );
  return listed.split("\n").filter((path) => path !== "");
}

/** TypeScript files over the limit, with their lengths. */
export function findLongFiles(): string[] {
  return listTrackedFiles("*.ts")
    .filter((path) => !DATA_FILES.test(path))
    .map((path) => ({ path, lines: readFileSync(path, "utf8").split("\n").length - 1 }))
    .filter(({ lines }) => lines > MAX_FILE_LINES)
    .map(
      ({ path, lines }) =>
        `${path} has ${lines} lines; the limit is ${MAX_FILE_LINES}. Split it by responsibility.`,
    );
}

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
}

/** Packages with an install script that `allowScripts` in package.json neither allows nor denies. */
export function findUnapprovedInstallScripts(): string[] {
  const lockfile = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lockfile;
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
    allowScripts: Record<string, boolean>;
  };
  return Object.entries(lockfile.packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.split("node_modules/").at(-1) ?? path)
    .filter((name) => !(name in manifest.allowScripts))
    .map(
      (name) =>
        `${name} has an install script. Review it, then allow or deny it under allowScripts in package.json.`,
    );
}
