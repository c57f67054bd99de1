import { Command } from "commander";
import {
  channelsWithoutCredential,
  monitoringConfig,
} from "../../components/config/component-configs/monitoring-config.ts";
import { parseConfig } from "../../components/config/parse-config.ts";
import { parseEnvironment } from "../../components/config/parse-environment.ts";
import { readStackFile } from "../../components/config/stack-file/read-stack-file.ts";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import { InputError } from "../../components/shared/errors.ts";
import { formatJson, type Output } from "../output.ts";

/** What the command needs from the process. */
interface MonitoringContext {
  /** The directory with the stack files. */
  readonly directory: string;
  readonly output: Output;
}

interface RenderOptions {
  readonly environment: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  monitoring render out/monitoring                            production's files
  monitoring render out/monitoring --environment staging      another environment's
  promtool check config --syntax-only out/monitoring/prometheus.yml
  promtool check rules out/monitoring/rules.yml
  amtool check-config out/monitoring/alertmanager.yml

These are the files that the pods mount. They contain no secrets, only paths of files in the pod, which is why promtool
must check the syntax only. The directory is replaced atomically; a directory with other files is not touched.
Exit codes: 0 written, 2 invalid config or arguments, or the directory cannot be written.`;

/** Creates the `monitoring` commands. */
export function monitoringCommand(context: MonitoringContext): Command {
  const render = new Command("render")
    .summary("write the files of Prometheus, Alertmanager and Grafana")
    .description("Writes the files of Prometheus, Alertmanager and Grafana as the pods mount them.")
    .argument("<directory>", "a new, empty, or previously rendered directory")
    .option("--environment <name>", ENVIRONMENTS.join(", "), "production")
    .option("--json", "print only the names of the written files, as JSON")
    .addHelpText("after", EXAMPLES)
    .action((directory: string, options: RenderOptions) => renderMonitoring(directory, options, context));
  return new Command("monitoring")
    .summary("the files of Prometheus, Alertmanager and Grafana")
    .description("The monitoring of an environment as files.")
    .addCommand(render);
}

async function renderMonitoring(
  directory: string,
  options: RenderOptions,
  { directory: project, output }: MonitoringContext,
): Promise<void> {
  const environment = parseEnvironment(options.environment);
  const config = parseConfig(readStackFile(project, environment));
  const monitoring = monitoringConfig(config);
  if (monitoring === undefined) {
    throw new InputError("There is nothing to render:", [
      {
        subject: "spacetime-vr:monitoring.kind",
        value: "none",
        rule: `means that ${environment} has no monitoring`,
        remedy: `Set it to in-cluster in Pulumi.${environment}.yaml, or name another environment.`,
      },
    ]);
  }
  output.progress("rendering");
  const [{ renderMonitoringFiles }, { renderDashboards }, { writeRenderedFiles }] = await Promise.all([
    import("../../components/monitoring/monitoring-files.ts"),
    import("../../components/monitoring/dashboards/index.ts"),
    import("../../plan/manifests/render-directory.ts"),
  ]);
  const files = writeRenderedFiles({
    content: `the monitoring files of ${environment}`,
    files: renderMonitoringFiles({ ...monitoring, dashboards: renderDashboards() }),
    directory,
  });
  const waiting = channelsWithoutCredential(config);
  if (options.json === true) return output.result(formatJson({ environment, directory, files, waiting }));
  output.note(`${directory}: ${files.length} files of ${environment}`);
  for (const key of waiting) {
    output.note(`Skipped until its credential is set: pulumi config set --secret spacetime-vr:${key}`);
  }
}
