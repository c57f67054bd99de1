import { Command } from "commander";
import { formatJson } from "../../output.ts";
import { addClusterOptions, type ClusterOptions, clusterAccess } from "./cluster-options.ts";
import type { PackageContext } from "./package-context.ts";

interface StatusOptions extends ClusterOptions {
  readonly namespace?: string;
  readonly wait?: true;
}

/** Creates `package status`. */
export function statusCommand({ output }: PackageContext): Command {
  const command = new Command("status")
    .summary("show the workloads")
    .description("Shows the workloads of the deployed package, or waits until they are available.")
    .option("--namespace <name>", "only this namespace")
    .option("--wait", "wait until every workload is available")
    .addHelpText(
      "after",
      "\nExit codes: 0 every workload is available, 1 one is not, 2 usage error, 3 kubectl is missing.",
    );
  return addClusterOptions(command).action(async (options: StatusOptions) => {
    const { readPackageStatus, waitForPackage } = await import(
      "../../../release/deployment/package-status.ts"
    );
    const { namespace } = options;
    const target = { cluster: clusterAccess(options), namespace };
    output.progress("reading the workloads");
    const workloads =
      options.wait === true ? await waitForPackage(target, options.timeout) : await readPackageStatus(target);
    const rows = workloads.map(
      (workload) => `${workload.available}/${workload.wanted}  ${workload.namespace}  ${workload.workload}\n`,
    );
    output.result(options.json === true ? formatJson(workloads) : rows.join(""));
    const isAvailable =
      workloads.length > 0 && workloads.every(({ available, wanted }) => available >= wanted);
    if (!isAvailable) process.exitCode = 1;
  });
}
