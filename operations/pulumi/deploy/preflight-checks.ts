import { readFileSync } from "node:fs";
import { validateConfig } from "../../../components/config/checks/index.ts";
import { parseConfig } from "../../../components/config/load-config.ts";
import { parseEnvironment } from "../../../components/config/parse-environment.ts";
import { readStackFile, stackFilePath } from "../../../components/config/stack-file/read-stack-file.ts";
import type { Environment } from "../../../components/shared/environments.ts";
import { InputError } from "../../../components/shared/errors.ts";
import { readWorkTree, type WorkTree } from "./git.ts";

/**
 * Parses the name of an environment that has a stack.
 * @throws InputError for any other text.
 */
export function parseDeployableEnvironment(text: string): Environment {
  const environment = parseEnvironment(text);
  if (environment !== "package") return environment;
  throw new InputError("There is nothing to deploy:", [
    {
      subject: "environment",
      value: environment,
      rule: "has no stack: it is rendered into the release package",
      remedy: "Name local, staging or production; `plan package --render <directory>` writes its manifests.",
    },
  ]);
}

/**
 * Reads the stack file and requires that it is deployable: it is valid and, outside local, all checks of `config
 * validate` pass.
 * @throws InputError with every problem.
 */
export function requireDeployableConfig(directory: string, environment: Environment): string {
  const config = parseConfig(readStackFile(directory, environment));
  const failed = validateConfig(config).filter(({ verdict }) => verdict === "fail");
  if (environment !== "local" && failed.length > 0) {
    throw new InputError(
      `Pulumi.${environment}.yaml is not ready to be deployed (\`npm run config -- validate ${environment}\` shows all checks):`,
      failed.flatMap(({ findings }) => findings),
    );
  }
  return readFileSync(stackFilePath(directory, environment), "utf8");
}

/** Maximum number of changed files that are listed; the others are counted. */
const MAX_LISTED_FILES = 10;

/**
 * Requires a clean work tree outside local, because an update that no commit describes can neither be reviewed nor
 * rolled back to.
 * @throws InputError that lists the files.
 */
export function requireCleanWorkTree(directory: string, environment: Environment): WorkTree {
  const tree = readWorkTree(directory);
  if (environment === "local") return tree;
  const refused = (rule: string, remedy: string) =>
    new InputError(`${environment} is deployed from a commit:`, [{ subject: "the work tree", rule, remedy }]);
  if (tree.commit === undefined)
    throw refused("is not in a git repository", "Run it in a clone of the repository.");
  if (tree.changed.length === 0) return tree;
  const rest = tree.changed.length - MAX_LISTED_FILES;
  const files = `${tree.changed.slice(0, MAX_LISTED_FILES).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  throw refused(
    `differs from its commit: ${files}`,
    "Commit them (or remove what does not belong there), then run it again.",
  );
}
