import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runPackageProcess } from "./program.ts";

// The bundle is bin/spacetime-vr.mjs in the package.
await runPackageProcess(process.argv.slice(2), join(dirname(fileURLToPath(import.meta.url)), ".."));
