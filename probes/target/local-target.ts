import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError } from "../../components/shared/errors.ts";

/** Where a project keeps what runs on this machine, below the project's directory. */
export const LOCAL_STATE_DIRECTORY = join(".spacetime-vr", "local");

/** The file of `local up` that says where the local environment answers. */
export const LOCAL_TARGET_FILE = "target.json";

const portNumber = z.int().min(1).max(65_535);
const absolutePath = z.string().regex(/^(\/|[A-Za-z]:[\\/])/, "must be an absolute path");

/**
 * What `local up` writes (mode 0600) and every probe of `local` reads. It names files with tokens, never tokens.
 *
 * `url` is the entrance: nginx, or the server's own listener. `serverUrl` is the game server's own listener, where
 * `/metrics` and `/drain` are. `authorityFile` is the PEM that signs the certificate of both.
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

/** The local environment as it runs. */
export type LocalTarget = z.infer<typeof localTargetSchema>;

/** The path of the local environment's target file. */
export function localTargetPath(directory: string): string {
  return join(directory, LOCAL_STATE_DIRECTORY, LOCAL_TARGET_FILE);
}

/**
 * Reads where the local environment answers.
 * @throws InputError when nothing was deployed here, or the file is not of this version.
 */
export function readLocalTarget(directory: string): LocalTarget {
  const path = localTargetPath(directory);
  const refused = (rule: string, remedy: string) =>
    new InputError("The local environment cannot be checked:", [
      { subject: "local", value: path, rule, remedy },
    ]);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT")
      throw refused("does not exist: nothing is deployed here", 'Start it with "npm start".');
    if (code !== undefined) throw refused(`cannot be read (${code})`, "Run as the user that started it.");
    throw refused("is not JSON", 'Start it again with "npm start".');
  }
  const parsed = localTargetSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const rule = `${issue?.path.join(".") || "the file"}: ${issue?.message ?? "not valid"}`;
  throw refused(rule, 'It was written by another version. Start it again with "npm start".');
}

const currentSchema = z.looseObject({ release: z.string().regex(/^[A-Za-z0-9._-]+$/) });
const releaseSchema = z.looseObject({
  settings: z.looseObject({ variables: z.record(z.string(), z.string()) }),
});

/** The plain variables of the release that serves; none where they cannot be read. */
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
