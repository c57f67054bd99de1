import { readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { rolldown } from "rolldown";
import type { BundledPackage, CliBundle } from "./bundle-cli.ts";

/** Node's builtins are external; everything else is in the bundle. Paths of this machine must not be in it. */
async function bundle(root: string): Promise<CliBundle> {
  const build = await rolldown({
    input: join(root, "cli", "package", "main.ts"),
    cwd: root,
    platform: "node",
    logLevel: "silent",
    onLog: (level, log) => {
      if (level === "warn" && log.code === "UNRESOLVED_IMPORT") throw new Error(log.message);
    },
  });
  const { output } = await build.generate({
    format: "esm",
    codeSplitting: false,
    comments: { annotation: false },
  });
  await build.close();
  const [chunk] = output;
  if (output.length !== 1 || chunk.type !== "chunk") throw new Error("The bundle consists of several files.");
  if (chunk.code.includes(root)) throw new Error("The bundle contains paths of this machine.");
  const modules = Object.entries(chunk.modules).filter(([, { renderedLength }]) => renderedLength > 0);
  return { code: chunk.code, packages: packagesOf(modules.map(([id]) => id)) };
}

/** The npm packages of modules, sorted by name and version. */
function packagesOf(modules: readonly string[]): BundledPackage[] {
  const directories = new Set(modules.flatMap((id) => packageDirectory(id) ?? []));
  return [...directories]
    .map((directory) => {
      const { name, version } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
      return { name, version, directory } as BundledPackage;
    })
    .toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

function packageDirectory(module: string): string | undefined {
  const marker = `${sep}node_modules${sep}`;
  const start = module.lastIndexOf(marker);
  if (start === -1) return undefined;
  const [first = "", second = ""] = module.slice(start + marker.length).split(sep);
  return module.slice(0, start + marker.length) + (first.startsWith("@") ? join(first, second) : first);
}

const [root = ""] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await bundle(root)));
