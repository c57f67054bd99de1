import { spawnSync } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { MissingToolError } from "../../../components/shared/errors.ts";
import { findProgram, isExecutable } from "../../find-program.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds the Pulumi CLI: on PATH, or the one that the npm package `pulumi` has downloaded.
 * @throws MissingToolError that says how to install it.
 */
export function findPulumi(directory: string, environment: Environment): string {
  const binary = process.platform === "win32" ? "pulumi.exe" : "pulumi";
  const packaged = join(directory, "node_modules", "pulumi", "bin", binary);
  const found =
    findProgram("pulumi", environment.PATH ?? "") ?? (isExecutable(packaged) ? packaged : undefined);
  if (found !== undefined) return found;
  throw new MissingToolError(
    "Pulumi CLI",
    'Install it with `curl -fsSL https://get.pulumi.com | sh` or `brew install pulumi/tap/pulumi`; meanwhile "npm run plan" shows this plan.',
  );
}

/** The oldest Node version that runs TypeScript without flags. */
const MINIMUM_NODE = [22, 18] as const;

/** Whether a Node version such as `v24.21.0` can run the program. */
export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const [oldestMajor, oldestMinor] = MINIMUM_NODE;
  if (major === 23) return minor >= 6;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/**
 * The PATH for Pulumi. Pulumi runs the program with the first `node` on PATH; if that is too old or missing, the
 * directory of the current Node is prepended. The note reports this, because a plain `pulumi up` would fail.
 */
export function pulumiPath(
  environment: Environment,
  versionOf: (node: string) => string = readNodeVersion,
): { readonly path: string; readonly note?: string } {
  const path = environment.PATH ?? "";
  const node = findProgram("node", path);
  const version = node === undefined ? undefined : versionOf(node);
  if (version !== undefined && isSupportedNode(version)) return { path };
  const found = version === undefined ? "there is no node on PATH" : `the first node on PATH is ${version}`;
  return {
    path: [dirname(process.execPath), path].filter((part) => part !== "").join(delimiter),
    note: `Using Node ${process.versions.node} for the program: ${found}, and it needs 22.18 or newer (a bare \`pulumi up\` would fail).`,
  };
}

function readNodeVersion(node: string): string {
  return spawnSync(node, ["--version"], { encoding: "utf8", windowsHide: true }).stdout?.trim() ?? "";
}
