import { enableCompileCache } from "node:module";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const cache = join(root, "node_modules", ".cache", "spacetime-vr");

// Compiling the SDKs takes a fifth of a plan's time; child processes use the same compile cache.
enableCompileCache(cache);
process.env.NODE_COMPILE_CACHE ??= cache;

const [{ runProcess }, { deferModuleLoading }] = await Promise.all([
  import("./program.ts"),
  import("../plan/defer-module-loading.ts"),
]);
deferModuleLoading();
await runProcess(process.argv.slice(2), root);
