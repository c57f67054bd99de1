import { Command } from "commander";
import { deployCommand } from "./deploy.ts";
import { envCommand } from "./env.ts";
import type { PackageContext } from "./package-context.ts";
import { rollbackPackageCommand } from "./rollback.ts";
import { packageSecretsCommand } from "./secrets.ts";
import { statusCommand } from "./status.ts";

/** Creates the `package` commands, which the scripts of a package run. */
export function packageCommand(context: PackageContext): Command {
  return new Command("package")
    .summary("deploy this package to a cluster")
    .description("Deploys this package to a cluster and rolls it back.")
    .addCommand(packageSecretsCommand(context))
    .addCommand(deployCommand(context))
    .addCommand(rollbackPackageCommand(context))
    .addCommand(statusCommand(context))
    .addCommand(envCommand(context));
}
