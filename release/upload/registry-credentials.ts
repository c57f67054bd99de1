import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { parseJson } from "../../components/shared/parse-json.ts";
import { OperationError } from "../../operations/errors.ts";
import { findProgram } from "../../operations/find-program.ts";

/** The user and password of a registry. */
export interface RegistryCredentials {
  readonly user: string;
  readonly password: string;
}

/** The config file of docker, which podman, skopeo, oras and helm read and write as well. */
const configSchema = z.object({
  auths: z.record(z.string(), z.object({ auth: z.string().optional() })).optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
});

/** The files in which `docker login`, `podman login` and `skopeo login` store credentials. */
function configFiles(env: NodeJS.ProcessEnv): string[] {
  const given = env.REGISTRY_AUTH_FILE ?? "";
  if (given !== "") return [given];
  const runtime = env.XDG_RUNTIME_DIR ?? "";
  return [
    ...(runtime === "" ? [] : [join(runtime, "containers", "auth.json")]),
    join(env.DOCKER_CONFIG || join(env.HOME || homedir(), ".docker"), "config.json"),
  ];
}

/** Returns the credentials that were stored for a registry; undefined for anonymous access. */
export async function readCredentials(
  host: string,
  env: NodeJS.ProcessEnv,
): Promise<RegistryCredentials | undefined> {
  for (const file of configFiles(env)) {
    const config = readConfig(file);
    if (config === undefined) continue;
    const helper = config.credHelpers?.[host] ?? config.credsStore;
    const found =
      (helper === undefined ? undefined : await runHelper(helper, host, env)) ??
      decodeAuth(config.auths?.[host]?.auth ?? config.auths?.[`https://${host}`]?.auth);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readConfig(file: string): z.infer<typeof configSchema> | undefined {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const parsed = configSchema.safeParse(parseJson(content));
  if (parsed.success) return parsed.data;
  throw new OperationError(2, {
    subject: file,
    rule: "is not a configuration file of docker or podman",
    remedy: "Correct it, or log in again: skopeo login <registry>",
  });
}

/** `user:password` in base64. */
function decodeAuth(auth: string | undefined): RegistryCredentials | undefined {
  const decoded = Buffer.from(auth ?? "", "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  return colon < 1 ? undefined : { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/** Runs `docker-credential-<name> get` (https://github.com/docker/docker-credential-helpers). */
async function runHelper(
  name: string,
  host: string,
  env: NodeJS.ProcessEnv,
): Promise<RegistryCredentials | undefined> {
  const program = /^[a-z0-9-]+$/i.test(name)
    ? findProgram(`docker-credential-${name}`, env.PATH ?? "")
    : undefined;
  if (program === undefined) return undefined;
  const child = spawn(program, ["get"], { env, stdio: ["pipe", "pipe", "ignore"], windowsHide: true });
  child.stdin.on("error", () => {});
  child.stdin.end(host);
  const [output, [exitCode]] = await Promise.all([
    text(child.stdout),
    once(child, "close") as Promise<[number | null]>,
  ]);
  const schema = z.object({ Username: z.string().min(1), Secret: z.string().min(1) });
  const found = schema.safeParse(parseJson(output));
  if (exitCode !== 0 || !found.success) return undefined;
  return { user: found.data.Username, password: found.data.Secret };
}
