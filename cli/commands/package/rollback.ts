import { Command, InvalidArgumentError } from "commander";
import { InputError } from "../../../components/shared/errors.ts";
import type { RevisionRecord } from "../../../release/deployment/revision.ts";
import { formatJson } from "../../output.ts";
import { addClusterOptions, type ClusterOptions, clusterAccess } from "./cluster-options.ts";
import { printResult } from "./deploy.ts";
import type { PackageContext } from "./package-context.ts";
import { addProbeOptions, type ProbeOptions, probeVerification } from "./probe-verification.ts";

interface RollbackOptions extends ClusterOptions, ProbeOptions {
  readonly list?: true;
  readonly to?: number;
  readonly yes?: true;
}

const EXAMPLES = `
Examples:
  package rollback --context site --list
  package rollback --context site --yes              to the last good revision before the current one
  package rollback --context site --to 3 --yes

The objects of a revision are recorded in the cluster, so the earlier package is not needed. The database schema is not reverted.
Exit codes: 0 rolled back, 1 the rollback or a check failed, 2 usage error or nothing to roll back to, 3 kubectl is missing.`;

/** Creates `package rollback`. */
export function rollbackPackageCommand({ output }: PackageContext): Command {
  const command = new Command("rollback")
    .summary("return to an earlier revision")
    .description("Returns to an earlier revision of the deployment.")
    .option("--list", "list the revisions and change nothing")
    .option("--to <revision>", "the revision to return to", parseRevision)
    .option("--yes", "roll back; without it, nothing is changed")
    .addHelpText("after", EXAMPLES);
  return addProbeOptions(addClusterOptions(command)).action(async (options: RollbackOptions) => {
    const { listRevisions, rollBackPackage } = await import("../../../release/deployment/deploy-package.ts");
    const cluster = clusterAccess(options);
    if (options.list === true) {
      const records = await listRevisions(cluster);
      return output.result(options.json === true ? formatJson(records) : records.map(revisionLine).join(""));
    }
    requireConfirmation(options);
    const result = await rollBackPackage({
      cluster,
      to: options.to,
      timeoutSeconds: options.timeout,
      verify: probeVerification(options, output),
      progress: output.progress,
    });
    printResult(result, options, output);
  });
}

function requireConfirmation({ yes }: RollbackOptions): void {
  if (yes === true) return;
  throw new InputError("Nothing was changed:", [
    {
      subject: "--yes",
      rule: "is required to roll back",
      remedy: "See the revisions with --list, then add --yes.",
    },
  ]);
}

function revisionLine({
  revision,
  version,
  overlay,
  state,
  rollbackTo,
  startedAt,
  reason,
}: RevisionRecord): string {
  const origin = rollbackTo === undefined ? "" : ` (rollback to ${rollbackTo})`;
  return `${String(revision).padStart(3)}  ${startedAt}  ${version}  ${overlay}  ${state}${origin}${reason === undefined ? "" : `: ${reason}`}\n`;
}

function parseRevision(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be the number of a revision.");
}
