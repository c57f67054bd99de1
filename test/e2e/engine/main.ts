/** The command line of the test engine: `node test/e2e/engine/main.ts build`. */
import { runBuildCommand } from "../go-build/build-command.ts";
import { ensureEngineBinaries } from "./engine-binaries.ts";

const usage = `Usage: node test/e2e/engine/main.ts build

Builds the Pulumi CLI and the Kubernetes provider from Go modules into the cache, and prints their directory.

Exit codes: 0 success, 1 the build failed, 2 usage error, 3 Go is missing or too old.
`;

await runBuildCommand({
  name: "engine",
  usage,
  build: async (options) => (await ensureEngineBinaries(options)).directory,
});
