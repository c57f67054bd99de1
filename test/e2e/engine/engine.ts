import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { findProgram } from "../../../operations/find-program.ts";
import type { GoBuildOptions } from "../go-build/go-build.ts";
import { ensureEngineBinaries } from "./engine-binaries.ts";

/** A Pulumi engine for tests. */
export interface Engine {
  /** The CLI. */
  readonly pulumi: string;
  /** Where the CLI finds its plugins, put before PATH. */
  readonly searchPath: readonly string[];
  readonly remove: () => Promise<void>;
}

/** Plugins that no registry serves, by the name under which the CLI looks for them. */
const TEST_PLUGINS = {
  "pulumi-language-nodejs": "language-nodejs.ts",
  "pulumi-resource-aws": "aws-provider.ts",
  "pulumi-resource-random": "random-provider.ts",
  "pulumi-resource-tls": "tls-provider.ts",
} as const;

const findTool = (name: string): string | undefined => findProgram(name, process.env.PATH ?? "");

/**
 * Returns an engine: the installed CLI and plugins where they are on PATH, else the CLI and the Kubernetes provider from Go modules and
 * the test plugins.
 */
export async function prepareEngine(options: GoBuildOptions = {}): Promise<Engine> {
  const installed = findTool("pulumi");
  const { pulumi, searchPath } =
    installed !== undefined && findTool("pulumi-resource-kubernetes") !== undefined
      ? { pulumi: installed, searchPath: [] }
      : await buildEngine(installed, options);
  const directory = await mkdtemp(path.join(tmpdir(), "spacetime-vr-engine-"));
  for (const [name, file] of Object.entries(TEST_PLUGINS)) {
    if (findTool(name) !== undefined) continue;
    const script = `#!/bin/sh\nexec node ${JSON.stringify(path.join(import.meta.dirname, "plugins", file))} "$@"\n`;
    await writeFile(path.join(directory, name), script);
    await chmod(path.join(directory, name), 0o755);
  }
  return {
    pulumi,
    searchPath: [directory, ...searchPath],
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

async function buildEngine(installed: string | undefined, options: GoBuildOptions) {
  const built = await ensureEngineBinaries(options);
  return { pulumi: installed ?? built.pulumi, searchPath: [built.directory] };
}
