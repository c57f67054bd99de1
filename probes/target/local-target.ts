import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError } from "../../components/shared/errors.ts";

/** State directory of the local deployment, relative to the project. */
export const LOCAL_STATE_DIRECTORY = join(".spacetime-vr", "local");

/** File in which `local up` records how to reach the local environment. */
export const LOCAL_TARGET_FILE = "target.json";

const portNumber = z.int().min(1).max(65_535);
const absolutePath = z.string().regex(/^(\/|[A-Za-z]:[\\/])/, "must be an absolute path");

/**
 * Schema of the file that `local up` writes (mode 0600) and the checks of `local` read. It names token files and contains
 * no tokens.
 *
 * `url` is the gateway: nginx, or the game server itself without nginx. `serverUrl` is the game server, which serves
 * `/metrics` and `/drain`. `authorityFile` is the CA certificate of both.
 */
export const localTargetSchema = z.strictObject({
  version: z.literal(1),
  environment: z.literal("local"),
  url: z.url({ protocol: /^https$/ }),
  telemetryUrl: z.url({ protocol: /^wss$/ }),
  serverName: z.string().min(1),
  authorityFile: absolutePath,
  apiTokenFile: absolutePath,
  metricsTokenFile: absolutePath,
  serverUrl: z.url({ protocol: /^https$/ }),
  debugPorts: z.strictObject({ dap: portNumber, lsp: portNumber }),
  stateDirectory: absolutePath,
  gateway: z.enum(["nginx", "none"]),
  database: z.enum(["postgres", "none"]),
  redis: z.enum(["redis", "none"]),
});

/** How to reach the running local environment. */
export type LocalTarget = z.infer<typeof localTargetSchema>;

/** Returns the path of the local target file. */
export function localTargetPath(directory: string): string {
  return join(directory, LOCAL_STATE_DIRECTORY, LOCAL_TARGET_FILE);
}

/**
 * Reads how to reach the local environment.
 * @throws InputError if there is no local deployment, or the file has another version
 */
export function readLocalTarget(directory: string): LocalTarget {
  const path = localTargetPath(directory);
  const invalid = (rule: string, remedy: string) =>
    new InputError("The local environment cannot be checked:", [
      { subject: "local", value: path, rule, remedy },
    ]);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT")
      throw invalid("does not exist: nothing is deployed here", 'Start it with "npm start".');
    if (code !== undefined) throw invalid(`cannot be read (${code})`, "Run as the user that started it.");
    throw invalid("is not JSON", 'Start it again with "npm start".');
  }
  const parsed = localTargetSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const rule = `${issue?.path.join(".") || "the file"}: ${issue?.message ?? "not valid"}`;
  throw invalid(rule, 'It was written by another version. Start it again with "npm start".');
}

const currentSchema = z.looseObject({ release: z.string().regex(/^[A-Za-z0-9._-]+$/) });
const releaseSchema = z.looseObject({
  settings: z.looseObject({ variables: z.record(z.string(), z.string()) }),
});

/** Reads the non-secret variables of the current release; empty if they cannot be read. */
export function readReleaseVariables({ stateDirectory }: LocalTarget): Readonly<Record<string, string>> {
  const read = (...names: string[]): unknown =>
    JSON.parse(readFileSync(join(stateDirectory, ...names), "utf8"));
  try {
    const { release } = currentSchema.parse(read("current.json"));
    return releaseSchema.parse(read("releases", release, "release.json")).settings.variables;
  } catch {
    return {};
  }
}
