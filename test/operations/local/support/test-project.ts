import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { stopDeployment } from "../../../../operations/local/down.ts";
import { type LocalPaths, localPaths } from "../../../../operations/local/paths.ts";
import { requestServer, type ServerResult } from "../../../../operations/local/services/server-client.ts";
import { type LocalStatus, localStatus } from "../../../../operations/local/status.ts";
import { freePort } from "../../../support/ports.ts";

/** What differs from the committed local environment. */
interface ProjectOptions {
  readonly variables?: Readonly<Record<string, string | number | boolean>>;
}

/** The result of a command. */
interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A separate project with a local deployment, controlled by the real CLI. */
export interface TestProject {
  readonly directory: string;
  readonly paths: LocalPaths;
  readonly port: number;
  /** Changes the stack file, so that the next `up` is another release. */
  readonly configure: (variables: ProjectOptions["variables"]) => void;
  readonly start: (...args: string[]) => RunningCommand;
  /** Starts the command below a shell, with the variable that npm sets. */
  readonly startBelowShell: (...args: string[]) => RunningCommand;
  readonly run: (...args: string[]) => Promise<CommandResult>;
  readonly status: () => Promise<LocalStatus>;
  /** The status of a deployment; throws if it is not running. */
  readonly running: () => Promise<Extract<LocalStatus, { state: "up" }>>;
  readonly request: (
    path: string,
    options?: { method?: "GET" | "POST"; server?: true },
  ) => Promise<ServerResult>;
  readonly remove: () => Promise<void>;
}

interface RunningCommand {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<CommandResult>;
}

const ROOT = resolve(".");

/** Creates a project in a temporary directory with a free gateway port. */
export async function createTestProject(options: ProjectOptions = {}): Promise<TestProject> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "spacetime-vr-local-")));
  // As root, Postgres runs as another user, which must be able to traverse the directory.
  chmodSync(directory, 0o755);
  const paths = localPaths(directory);
  const port = await freePort();
  cpSync("Pulumi.yaml", join(directory, "Pulumi.yaml"));
  const configure = (variables: ProjectOptions["variables"] = {}): void => {
    const file = parse(readFileSync("Pulumi.local.yaml", "utf8")) as StackFileText;
    file.config["spacetime-vr:gateway"].shield.connections = 500;
    file.config["spacetime-vr:gameServer"].variables = variables;
    writeFileSync(join(directory, "Pulumi.local.yaml"), stringify(file));
  };
  configure(options.variables);
  const start = (...args: string[]): RunningCommand => startCommand(directory, args);
  const run = (...args: string[]): Promise<CommandResult> => start(...args).ended;
  const status = async (): Promise<LocalStatus> => localStatus(directory);
  const running = async (): Promise<Extract<LocalStatus, { state: "up" }>> => {
    const found = await status();
    if (found.state !== "up") throw new Error(`The deployment is ${found.state}.`);
    return found;
  };
  return {
    directory,
    paths,
    port,
    configure,
    start,
    startBelowShell: (...args) => startCommand(directory, args, "below a shell"),
    run,
    status,
    running,
    request: async (path, { method = "GET", server } = {}) => {
      const target = JSON.parse(readFileSync(paths.target, "utf8")) as { url: string; serverUrl: string };
      const token = readFileSync(join(paths.secrets, "api-token"), "utf8");
      const { port: asked } = new URL(server === true ? target.serverUrl : target.url);
      return requestServer(
        { port: Number(asked), authorityFile: join(paths.tls, "ca.crt"), token },
        path,
        method,
      );
    },
    remove: async () => {
      const left = localStatus(directory);
      if (left.state !== "down") await stopDeployment(directory, () => undefined);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

interface StackFileText {
  readonly config: {
    readonly "spacetime-vr:gateway": { shield: { connections: number } };
    readonly "spacetime-vr:gameServer": { variables?: ProjectOptions["variables"] };
  };
}

function startCommand(
  cwd: string,
  args: readonly string[],
  mode: "directly" | "below a shell" = "directly",
): RunningCommand {
  const main = join(ROOT, "cli", "main.ts");
  // An operator's shell may have settings for another Postgres; they must not reach the deployment's own.
  const foreign = { PGOPTIONS: "-c default_transaction_read_only=on", PGSSLMODE: "disable" };
  const env: NodeJS.ProcessEnv = { ...process.env, ...foreign, NO_COLOR: "1" };
  for (const name of Object.keys(env)) if (name.startsWith("GODOT_")) delete env[name];
  const command = [process.execPath, main, "local", ...args];
  const [program = "", ...rest] =
    mode === "directly" ? command : ["sh", "-c", '"$@" & wait', "sh", ...command];
  if (mode === "below a shell") env.npm_lifecycle_event = "start";
  const child = spawn(program, rest, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, output: () => stdout + stderr, ended };
}

/** Runs `up` in the background on a separate port; throws with the complete output if it fails. */
export async function up(project: TestProject, ...args: string[]): Promise<CommandResult> {
  const ended = await project.run("up", "--detach", "--port", String(project.port), ...args);
  if (ended.code !== 0) throw new Error(`up ended with ${ended.code}:\n${ended.stdout}${ended.stderr}`);
  return ended;
}
