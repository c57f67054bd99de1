import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** A package of npm whose code is in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** Its directory. */
  readonly directory: string;
}

/** The package's command line as one file. */
export interface CliBundle {
  readonly code: string;
  readonly packages: readonly BundledPackage[];
}

/**
 * Bundles `cli/package/main.ts` with its dependencies into one file, in a separate process: the bundler is native code with threads of
 * its own, and a build that fails must not end the command.
 */
export async function bundleCli(root: string): Promise<CliBundle> {
  const worker = join(root, "release", "bundle", "bundle-worker.ts");
  const child = spawn(process.execPath, [worker, root], { stdio: ["ignore", "pipe", "pipe"] });
  const [output, messages, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  if (exitCode !== 0) throw new Error(`The command line cannot be bundled: ${messages.trim()}`);
  return JSON.parse(output) as CliBundle;
}
