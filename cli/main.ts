import { enableCompileCache } from "node:module";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const cache = join(root, "node_modules", ".cache", "spacetime-vr");

// A fifth of a plan's time is compiling the SDKs. Processes that this one starts do without it the same way.
enableCompileCache(cache);
process.env.NODE_COMPILE_CACHE ??= cache;

const { runProcess } = await import("./program.ts");
await runProcess(process.argv.slice(2), root);
