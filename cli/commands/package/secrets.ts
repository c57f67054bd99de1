import { join } from "node:path";
import { Command } from "commander";
import type { PackageContext } from "./package-context.ts";

interface SecretsOptions {
  readonly domain?: string;
  readonly rotate?: true;
}

const EXAMPLES = `
Examples:
  package secrets ~/spacetime-secrets              then: package deploy production --context site --secrets ~/spacetime-secrets
  package secrets ~/spacetime-secrets --rotate     renews certificates that expire soon
  package secrets ~/spacetime-secrets --domain play.site.example    for the Helm chart with another domain

Keep the directory in a safe place: the next release needs the same values, and data that is encrypted with a lost data key
cannot be read. Values are never printed.
Exit codes: 0 written, 1 a file cannot be written, 2 a value would have to be overwritten.`;

/** Creates `package secrets`. */
export function packageSecretsCommand({ root, output }: PackageContext): Command {
  return new Command("secrets")
    .summary("generate the secrets of a site")
    .description(
      "Generates the secrets and certificates of this package as files, and the Secret objects for package deploy.",
    )
    .argument("<directory>", "the directory of values; missing values are added to an existing one")
    .option("--rotate", "replace values whose settings changed, that are damaged or that expire soon")
    .option("--domain <name>", "the public name of the site, if it is not that of the package")
    .addHelpText("after", EXAMPLES)
    .action(async (directory: string, { rotate, domain }: SecretsOptions) => {
      const [{ readRenderedSecrets }, { generateSecrets }, { replaceDomain }] = await Promise.all([
        import("../../../operations/secrets/rendering.ts"),
        import("../../../operations/secrets/generate-secrets.ts"),
        import("../../../release/deployment/replace-domain.ts"),
      ]);
      const rendered = readRenderedSecrets(join(root, "kubernetes", "base"), "package");
      const rendering = domain === undefined ? rendered : replaceDomain(rendered, root, domain);
      const onProgress = output.progress;
      const { created, replaced, kept, due, secretObjects } = await generateSecrets({
        rendering,
        directory,
        rotate: rotate === true,
        onProgress,
      });
      output.result(
        `${directory}: ${created.length} values created, ${replaced.length} replaced, ${kept.length} kept; ${secretObjects} Secret objects in secrets.yaml\n`,
      );
      for (const file of due) output.note(`expires soon: ${file} (add --rotate to renew it)`);
    });
}
