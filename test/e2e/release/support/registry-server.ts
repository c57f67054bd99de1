import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, freePort } from "../../../support/ports.ts";
import { ensureReleasePrograms } from "../programs/release-programs.ts";

const USER = "publisher";
const PASSWORD = "correct horse";
/** bcrypt of the password, with the lowest cost. */
const HASH = "$2a$04$c/NfbXA6mZRel/9XYpxHyewrHFkhq4wlGHMLnuySlsy/us9Oc82oy";

/** A running registry. */
export interface RegistryServer {
  readonly host: string;
  readonly authorization: string;
  readonly stop: () => Promise<void>;
}

/** Starts the registry of the project Distribution on loopback. */
export async function startRegistry(
  scratch: string,
  access: "login" | "anonymous" = "login",
): Promise<RegistryServer> {
  const { registry } = await ensureReleasePrograms();
  const htpasswd = join(scratch, "htpasswd");
  writeFileSync(htpasswd, `${USER}:${HASH}\n`);
  const host = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    registry,
    [host, join(scratch, "registry"), ...(access === "login" ? [htpasswd] : [])],
    { stdio: "ignore" },
  );
  await eventually("the registry answers", 60, () =>
    fetch(`http://${host}/v2/`).then(
      ({ status }) => (status === 401 || status === 200 ? true : undefined),
      () => undefined,
    ),
  );
  return {
    host,
    authorization: `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}`,
    stop: async () => {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}

/** A directory with the config file that `docker login` writes. */
export function writeDockerConfig(directory: string, host: string, password = PASSWORD): string {
  mkdirSync(directory, { recursive: true });
  const auth = Buffer.from(`${USER}:${password}`).toString("base64");
  writeFileSync(join(directory, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }), {
    mode: 0o600,
  });
  return directory;
}
