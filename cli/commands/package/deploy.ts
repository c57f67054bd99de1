import { Command } from "commander";
import type { RollOutResult } from "../../../release/deployment/roll-out.ts";
import { formatJson, type Output } from "../../output.ts";
import { addClusterOptions, type ClusterOptions, clusterAccess } from "./cluster-options.ts";
import type { PackageContext } from "./package-context.ts";
import { addProbeOptions, type ProbeOptions, probeVerification } from "./probe-verification.ts";

interface DeployOptions extends ClusterOptions, ProbeOptions {
  readonly secrets: string;
}

const EXAMPLES = `
Examples:
  package deploy production --context site --secrets secrets
  package deploy production --context site --secrets secrets --url https://play.example.org --token-file token

Everything is checked before the first change: the package, the context, the secrets. A deployment that was interrupted is
completed by running the same command again. Each deployment is a revision, recorded in the cluster, for "package rollback".
Exit codes: 0 deployed, 1 the deployment or a check failed, 2 usage or configuration error, 3 kubectl is missing.`;

/** Creates `package deploy`. */
export function deployCommand({ root, output }: PackageContext): Command {
  const command = new Command("deploy")
    .summary("deploy or upgrade")
    .description("Deploys this package to a cluster, or upgrades the one that is deployed.")
    .argument("<overlay>", "production or staging")
    .requiredOption("--secrets <directory>", "the filled-in Secret objects")
    .addHelpText("after", EXAMPLES);
  return addProbeOptions(addClusterOptions(command)).action(
    async (overlay: string, options: DeployOptions) => {
      const { deployPackage } = await import("../../../release/deployment/deploy-package.ts");
      const result = await deployPackage({
        directory: root,
        overlay,
        cluster: clusterAccess(options),
        secrets: options.secrets,
        timeoutSeconds: options.timeout,
        verify: probeVerification(options, output),
        progress: output.progress,
      });
      printResult(result, options, output);
    },
  );
}

/** Prints the result of a deployment or rollback. */
export function printResult(result: RollOutResult, { json }: ClusterOptions, output: Output): void {
  if (json === true) {
    output.result(formatJson(result));
    return;
  }
  const { record, timings } = result;
  const { revision, version, overlay, state, rollbackTo } = record;
  const origin = rollbackTo === undefined ? "" : ` (as revision ${rollbackTo})`;
  const checks = timings.verify === undefined ? "not verified" : `verified in ${timings.verify} s`;
  output.result(
    `revision ${revision}${origin}: version ${version}, ${overlay}, ${state}\n` +
      `applied in ${timings.apply} s, available after ${timings.available} s, ${checks}, ${timings.total} s in total\n`,
  );
}
