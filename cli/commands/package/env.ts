import { Command } from "commander";
import type { PackageContext } from "./package-context.ts";

/** Creates `package env`. */
export function envCommand({ root, output }: PackageContext): Command {
  return new Command("env")
    .summary("create an .env file")
    .description(
      "Creates the .env file of a game server that runs without Kubernetes, from the template of an environment.",
    )
    .argument("<environment>", "production, staging or development")
    .argument("<file>", "a new file, which is created with mode 0600; an existing one is only checked")
    .addHelpText("after", "\nExit codes: 0 every variable has a value, 1 variables are empty, 2 usage error.")
    .action(async (environment: string, file: string) => {
      const { createEnvFile } = await import("../../../release/deployment/create-env-file.ts");
      const { created, empty, variables } = createEnvFile(root, environment, file);
      output.note(
        `${file} ${created ? "created" : "checked"}: ${variables} variables, ${empty.length} without a value`,
      );
      if (empty.length === 0) return;
      output.result(empty.map((name) => `${name}\n`).join(""));
      process.exitCode = 1;
    });
}
