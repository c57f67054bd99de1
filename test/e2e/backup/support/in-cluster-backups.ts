import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { serverUserIds } from "../../../data/local-data-store.ts";
import { kubernetesObjects, planOf } from "../../../support/plans.ts";
import { eventually, freePort } from "../../../support/ports.ts";
import { replacePaths } from "../../../support/replace-paths.ts";
import { findTool } from "../../../support/tools.ts";

/** The pods that are simulated by a directory with their config, scripts and secrets. */
const PODS = ["postgres", "repository", "drill"] as const;
type Pod = (typeof PODS)[number];

/** The result of a script. */
export interface ScriptResult {
  readonly code: number | null;
  readonly output: string;
}

/** Postgres, the sidecars and the repository as planned for `local`, as processes of this machine. */
export interface InClusterBackups {
  readonly repository: string;
  readonly work: string;
  readonly segmentPath: (name: string) => string;
  readonly query: (sql: string, database?: string) => string;
  /** Runs a planned script in a pod, as its container does. */
  readonly run: (
    pod: Pod,
    script: string,
    args?: readonly string[],
    env?: Record<string, string>,
  ) => ScriptResult;
  /** Starts the archiver, or starts it again with other variables. */
  readonly startArchiver: (env?: Record<string, string>) => Promise<void>;
  readonly stopArchiver: () => Promise<void>;
  readonly startRepository: (env?: Record<string, string>) => Promise<void>;
  readonly stopRepository: () => Promise<void>;
  readonly signalRepository: (signal: NodeJS.Signals) => void;
  readonly stopPostgres: () => Promise<void>;
  readonly give: (path: string) => void;
  readonly directory: string;
  readonly remove: () => Promise<void>;
}

/** A link to initdb may be without its neighbours. */
const BIN = dirname(realpathSync(findTool("initdb") ?? "/usr/bin/psql"));
const KEY = "in-cluster-test-key-0123456789abcdef";

async function plannedFiles(): Promise<Record<Pod, Record<string, string>>> {
  const objects = [...kubernetesObjects(await planOf("local")).values()];
  const dataOf = (name: string): Record<string, string> => {
    const found = objects.find(
      ({ kind, metadata }) =>
        kind === "ConfigMap" && new RegExp(`^${name}-[0-9a-f]{10}$`).test(metadata.name),
    );
    if (found === undefined) throw new Error(`The plan has no ConfigMap ${name}.`);
    return found.data as Record<string, string>;
  };
  const repository = dataOf("backup-repository");
  return { postgres: dataOf("postgres"), repository, drill: repository };
}

/** A CA and the certificates of the two servers, whose common names pgBackRest checks. */
function createCertificates(directory: string): void {
  const openssl = (...args: string[]): void => {
    execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=test");
  writeFileSync(join(directory, "extensions"), "subjectAltName=DNS:localhost\n");
  for (const name of ["postgres", "backup-repository"]) {
    openssl("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
    openssl("x509", "-req", "-in", `${name}.csr`, ...signed, "-extfile", "extensions", "-out", `${name}.crt`);
  }
}

interface PodInstallation {
  readonly pod: Pod;
  readonly directory: string;
  readonly files: Readonly<Record<string, string>>;
  readonly moves: Readonly<Record<string, string>>;
  readonly tls: string;
  readonly make: (...parts: string[]) => string;
  readonly give: (path: string) => void;
}

/** Writes the mounted files of a pod. */
function installPod({ pod, directory, files, moves, tls, make, give }: PodInstallation): void {
  for (const part of ["config", "key", "tmp"]) make(pod, part);
  for (const part of ["tls", "backup"]) make(pod, "secrets", part);
  for (const [name, text] of Object.entries(files)) {
    // All pods have a /tmp of their own, where pgBackRest's locks are.
    const locks = `[global]\nlock-path=${join(directory, pod, "tmp", "locks")}\n`;
    const moved = replacePaths(text, moves);
    const local = name.endsWith(".conf") ? moved.replace("[global]\n", locks) : moved;
    writeFileSync(join(directory, pod, "config", name), local);
  }
  const server = pod === "postgres" ? "postgres" : "backup-repository";
  const certificates = { "ca.crt": "ca.crt", [`${server}.crt`]: "tls.crt", [`${server}.key`]: "tls.key" };
  for (const [from, to] of Object.entries(certificates)) {
    const path = join(directory, pod, "secrets", "tls", to);
    copyFileSync(join(tls, from), path);
    chmodSync(path, 0o600);
    give(path);
  }
  // Only the backup pods have the key.
  if (pod === "postgres") return;
  writeFileSync(join(directory, pod, "secrets", "backup", "backup-encryption-key"), KEY);
}

/** Sets up everything and starts Postgres, which archives through the sidecar to the repository's server. */
export async function startInClusterBackups(): Promise<InClusterBackups> {
  const directory = mkdtempSync(join(tmpdir(), "spacetime-vr-in-cluster-"));
  chmodSync(directory, 0o755);
  const user = serverUserIds();
  const give = (path: string): void => {
    if (user.uid !== undefined && user.gid !== undefined) chownSync(path, user.uid, user.gid);
  };
  const make = (...parts: string[]): string => {
    const path = join(directory, ...parts);
    mkdirSync(path, { recursive: true });
    give(path);
    return path;
  };
  const ports = { repository: await freePort(), files: await freePort(), postgres: await freePort() };
  const shared = {
    data: make("data"),
    socket: make("socket"),
    spool: make("spool"),
    repository: make("volume"),
    work: make("work"),
    tls: make("tls"),
  };
  createCertificates(shared.tls);
  const planned = await plannedFiles();
  const moves = (pod: Pod): Record<string, string> => ({
    "/var/lib/postgresql/18/docker": shared.data,
    "/var/run/postgresql": shared.socket,
    "/var/spool/wal": shared.spool,
    "/var/lib/pgbackrest": shared.repository,
    "/etc/pgbackrest": join(directory, pod, "config"),
    "/etc/postgresql": join(directory, pod, "config"),
    "/run/pgbackrest": join(directory, pod, "key"),
    "/run/secrets": join(directory, pod, "secrets"),
    "/work": shared.work,
    "backup-repository.spacetime-backup.svc": "localhost",
    "postgres.spacetime.svc": "localhost",
    "pg1-port=5432": `pg1-port=${ports.postgres}`,
    "repo1-host-port=8432": `repo1-host-port=${ports.repository}\nrepo1-host-config=${join(directory, "repository", "config", "pgbackrest.conf")}`,
    "pg1-host-port=8432": `pg1-host-port=${ports.files}\npg1-host-config=${join(directory, "postgres", "config", "pgbackrest.conf")}`,
    "tls-server-port=8432": `tls-server-port=${pod === "postgres" ? ports.files : ports.repository}`,
  });
  for (const pod of PODS)
    installPod({ pod, directory, files: planned[pod], moves: moves(pod), tls: shared.tls, make, give });

  const environment = (pod: Pod): Record<string, string> => ({
    PATH: `${BIN}:${process.env.PATH}`,
    TZ: "UTC",
    PGBACKREST_STANZA: "spacetime",
    PGBACKREST_CONFIG: join(directory, pod, "config", pod === "drill" ? "restore.conf" : "pgbackrest.conf"),
    PGBACKREST_CONFIG_INCLUDE_PATH: join(directory, pod, "key"),
    WAL_DIRECTORY: join(shared.data, "pg_wal"),
    WAL_SCRATCH: join(directory, pod, "tmp"),
    PGDATABASE: "spacetime",
    ENVIRONMENT: "local",
  });
  const processes = new Map<string, ChildProcess>();
  const start = (name: string, command: readonly string[], env: Record<string, string>): ChildProcess => {
    const [program = "", ...args] = command;
    const log = openSync(join(directory, `${name}.log`), "a");
    const child = spawn(program, args, { ...user, cwd: "/", env, stdio: ["ignore", log, log] });
    closeSync(log);
    processes.set(name, child);
    return child;
  };
  const stop = async (name: string, signal: NodeJS.Signals = "SIGTERM"): Promise<void> => {
    const child = processes.get(name);
    processes.delete(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGCONT");
    child.kill(signal);
    await ended;
  };
  const script = (pod: Pod, name: string): string => join(directory, pod, "config", name);
  const run: InClusterBackups["run"] = (pod, name, args = [], env = {}) => {
    const result = spawnSync("bash", [script(pod, name), ...args], {
      ...user,
      cwd: "/",
      env: { ...environment(pod), ...env },
      encoding: "utf8",
      timeout: 120_000,
    });
    return { code: result.status, output: `${result.stdout}${result.stderr}` };
  };
  const query = (sql: string, database = "spacetime"): string =>
    execFileSync(
      join(BIN, "psql"),
      [
        "-h",
        shared.socket,
        "-p",
        String(ports.postgres),
        "-U",
        "postgres",
        "-qAt",
        "-d",
        database,
        "-c",
        sql,
      ],
      { ...user, cwd: "/", encoding: "utf8", env: environment("postgres"), stdio: "pipe" },
    ).trim();
  const serve = async (name: string, pod: Pod, env: Record<string, string>): Promise<void> => {
    const args = pod === "repository" ? ["repository"] : [];
    start(name, ["bash", script(pod, "serve-pgbackrest.sh"), ...args], { ...environment(pod), ...env });
    await eventually(`${name} accepts connections`, 30, () => {
      const ping = spawnSync("pgbackrest", ["server-ping", "localhost"], {
        ...user,
        cwd: "/",
        env: environment(pod),
      });
      return ping.status === 0 ? true : undefined;
    });
  };
  const startArchiver = async (env: Record<string, string> = {}): Promise<void> => {
    start("archiver", ["bash", script("postgres", "archiver.sh")], { ...environment("postgres"), ...env });
  };

  const remove = async (): Promise<void> => {
    // Postgres would wait until its WAL is archived.
    for (const name of [...processes.keys()]) await stop(name, "SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  };
  const startAll = async (): Promise<void> => {
    execFileSync(
      join(BIN, "initdb"),
      ["-D", shared.data, "--data-checksums", "-A", "trust", "-U", "postgres"],
      {
        ...user,
        cwd: "/",
        env: environment("postgres"),
        stdio: "pipe",
      },
    );
    await serve("repository", "repository", {});
    await serve("files", "postgres", {});
    await startArchiver();
    const settings = (planned.postgres["postgresql.conf"] ?? "")
      .split("\n")
      .filter((line) => /^archive_/.test(line))
      .map((line) => replacePaths(line, moves("postgres")).replace(/^(\w+) = '?(.*?)'?$/, "$1=$2"));
    start(
      "postgres",
      [
        join(BIN, "postgres"),
        ...["-D", shared.data, "-p", String(ports.postgres), "-k", shared.socket, "-c", "listen_addresses="],
        ...settings.flatMap((setting) => ["-c", setting]),
      ],
      environment("postgres"),
    );
    await eventually("Postgres accepts connections", 60, () => {
      try {
        return query("SELECT 1", "postgres");
      } catch {
        return undefined;
      }
    });
    query("CREATE DATABASE spacetime", "postgres");
  };
  try {
    await startAll();
  } catch (error) {
    const log = readFileSync(join(directory, "postgres.log"), { encoding: "utf8", flag: "a+" });
    await remove();
    throw new Error(`The backups did not start: ${log}`, { cause: error });
  }
  return {
    directory,
    repository: shared.repository,
    work: shared.work,
    segmentPath: (name) => join(shared.data, "pg_wal", name),
    query,
    run,
    give,
    startArchiver,
    stopArchiver: () => stop("archiver"),
    startRepository: (env = {}) => serve("repository", "repository", env),
    stopRepository: () => stop("repository"),
    signalRepository: (signal) => void processes.get("repository")?.kill(signal),
    stopPostgres: () => stop("postgres", "SIGINT"),
    remove,
  };
}
