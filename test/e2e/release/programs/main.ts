/** The command line of the programs of the release tests: `node test/e2e/release/programs/main.ts build`. */
import { runBuildCommand } from "../../go-build/build-command.ts";
import { ensureReleasePrograms } from "./release-programs.ts";

const usage = `Usage: node test/e2e/release/programs/main.ts build

Builds Helm and an OCI registry from Go modules into the cache, and prints their directory.

Exit codes: 0 success, 1 the build failed, 2 usage error, 3 Go is missing or too old.
`;

await runBuildCommand({
  name: "release programs",
  usage,
  build: async (options) => (await ensureReleasePrograms(options)).directory,
});
