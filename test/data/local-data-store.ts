import { execFileSync, spawnSync } from "node:child_process";
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubernetesObjects, planOf } from "../support/plans.ts";
import { replacePaths } from "../support/replace-paths.ts";

/** The user for servers, because Postgres refuses to run as root: the current user, unless it is root. */
interface UserIds {
  readonly uid?: number;
  readonly gid?: number;
}

/** The user that runs a server on this machine. */
export function serverUserIds(): UserIds {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** A data store as planned for `local`, with its files in a temporary directory. */
export interface LocalDataStore {
  readonly directory: string;
  readonly files: Readonly<Record<string, string>>;
  /** The container's start command with this machine's paths. */
  readonly start: string;
  /** Replaces the certificate as the kubelet does, by swapping the `..data` link. */
  readonly renewCertificate: () => void;
  readonly give: (path: string) => void;
  readonly remove: () => void;
}

interface Workload {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly [{ readonly command: readonly string[] }];
        readonly volumes: readonly { readonly configMap?: { readonly name: string } }[];
      };
    };
  };
}

/**
 * Sets up a planned data store on this machine: config, secrets, certificate and start script, with local paths and
 * port.
 */
export async function prepareDataStore(
  name: "postgres" | "redis",
  moves: Record<string, string>,
  port: number,
): Promise<LocalDataStore> {
  const objects = kubernetesObjects(await planOf("local"));
  const workload = objects.get(`StatefulSet/spacetime/${name}`) as unknown as Workload;
  const { containers, volumes } = workload.spec.template.spec;
  const config = volumes.find(({ configMap }) => configMap !== undefined)?.configMap?.name;
  const { data } = objects.get(`ConfigMap/spacetime/${config}`) as unknown as {
    data: Record<string, string>;
  };

  const directory = mkdtempSync(join(tmpdir(), `spacetime-vr-${name}-`));
  const { uid, gid } = serverUserIds();
  const give = (path: string): void => {
    if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
  };
  const inside = Object.fromEntries(Object.entries(moves).map(([pod, here]) => [pod, join(directory, here)]));
  for (const path of [directory, ...Object.values(inside)]) {
    mkdirSync(path, { recursive: true });
    give(path);
  }
  const here = (text: string): string =>
    replacePaths(text, inside).replaceAll(name === "redis" ? "6379" : "5432", String(port));
  const files = Object.fromEntries(Object.entries(data).map(([file, text]) => [file, here(text)]));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
  const tls = inside["/run/secrets/tls"] ?? directory;
  const renewCertificate = (): void => writeCertificate(tls, give);
  renewCertificate();
  // The interval of half a minute suits a pod and is too long for a test.
  const start = here(containers[0].command.at(-1) ?? "").replaceAll("sleep 30", "sleep 0.2");
  return {
    directory,
    files,
    start,
    renewCertificate,
    give,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function writeCertificate(directory: string, give: (path: string) => void): void {
  const version = `..version-${readdirSync(directory).length}`;
  mkdirSync(join(directory, version));
  give(join(directory, version));
  const at = (file: string): string => join(directory, version, file);
  const made = spawnSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"].concat(
      ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
      ["-keyout", at("tls.key"), "-out", at("tls.crt")],
    ),
    { encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(made.stderr);
  execFileSync("cp", [at("tls.crt"), at("ca.crt")]);
  for (const file of ["tls.key", "tls.crt", "ca.crt"]) give(at(file));
  replaceSymlink(version, join(directory, "..data"));
  for (const file of ["tls.key", "tls.crt", "ca.crt"])
    replaceSymlink(`..data/${file}`, join(directory, file));
}

function replaceSymlink(target: string, path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The file does not exist yet.
  }
  symlinkSync(target, path);
}
