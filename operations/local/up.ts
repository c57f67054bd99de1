import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { InputError } from "../../components/shared/errors.ts";
import { rejectInterruptedRestore } from "../backup/restore-journal.ts";
import type { DeployResult } from "./deployment/deployment.ts";
import { readJson } from "./files.ts";
import { type LocalPaths, localPaths, serverPath } from "./paths.ts";
import type { OptionalService } from "./processes/installed-programs.ts";
import type { LocalEvent } from "./processes/process-manager.ts";
import { type Build, readBuild } from "./releases/build.ts";
import { readCurrent } from "./releases/history.ts";
import {
  buildDigest,
  contentDigest,
  createRelease,
  type Release,
  type ReleaseServer,
  readRelease,
  referenceServerDigest,
  removeIncompleteReleases,
} from "./releases/releases.ts";
import { ensureCertificates } from "./services/certificates.ts";
import { ensureSecrets } from "./services/secrets.ts";
import { readSettings } from "./settings.ts";
import { requestSupervisor } from "./supervisor/control-channel.ts";
import { readLockState } from "./supervisor/lock.ts";
import type { RunningState } from "./supervisor/running-state.ts";
import { Supervisor } from "./supervisor/supervisor.ts";
import type { Verify } from "./verification/verification.ts";

export interface UpOptions {
  /** The directory with the stack files and the state directory. */
  readonly project: string;
  /** The directory of the product's code. */
  readonly root: string;
  /** The directory of an exported Godot server; without it, the reference server runs. */
  readonly build?: string | undefined;
  readonly port?: number | undefined;
  readonly without: readonly OptionalService[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly verify: Verify;
}

export type OnEvent = (event: LocalEvent) => void;

/** The validated input of a deployment; nothing has been written yet. */
interface ReleaseDraft {
  readonly server: ReleaseServer;
  readonly settings: ReturnType<typeof readSettings>;
  readonly build: Build | undefined;
}

/**
 * Starts a supervisor and deploys its first release; runs until it is stopped.
 * @throws InputError or OperationError; nothing is running then.
 */
export async function startDeployment(
  options: UpOptions,
  onEvent: OnEvent,
): Promise<{ readonly supervisor: Supervisor; readonly rolled: Promise<DeployResult> }> {
  const draft = await readDraft(options);
  const paths = localPaths(options.project);
  rejectInterruptedRestore(paths.state);
  const supervisor = await Supervisor.start({ ...options, paths }, onEvent);
  const work = async (): Promise<DeployResult> => {
    try {
      for (const id of removeIncompleteReleases(paths.releases)) {
        onEvent({
          at: new Date().toISOString(),
          level: "warning",
          message: `removed the incomplete release ${id}`,
        });
      }
      const release = await prepareRelease(paths, draft);
      return await supervisor.deploy(release.id, "up");
    } catch (error) {
      await supervisor.stop();
      throw error;
    }
  };
  return { supervisor, rolled: work() };
}

/** Whether a supervisor is running; `local up` then deploys a new release through it. */
export function isRunning(project: string): boolean {
  return readLockState(localPaths(project).lock).kind === "held";
}

/** Creates a release and has the running supervisor deploy it. An unchanged release is verified again. */
export async function deployToRunning(options: UpOptions, onEvent: OnEvent): Promise<DeployResult> {
  const paths = localPaths(options.project);
  const log = (level: LocalEvent["level"], message: string): void =>
    onEvent({ at: new Date().toISOString(), level, message });
  log("info", "the deployment is already running: replacing its release");
  if (options.without.length > 0)
    log("warning", "--without applies only when the deployment starts: run `npm run local -- down` first");
  // The gateway port is unchanged unless another one is requested.
  const port = options.port ?? readJson<RunningState>(paths.running)?.ports.gateway;
  const release = await prepareRelease(paths, await readDraft({ ...options, port }));
  return requestSupervisor<DeployResult>(
    paths.control,
    { do: "deploy", release: release.id, action: "up" },
    onEvent,
  );
}

async function readDraft({ project, root, build: directory, port }: UpOptions): Promise<ReleaseDraft> {
  requireUsablePath(project);
  const settings = readSettings(project, port);
  if (directory === undefined) {
    const server = {
      kind: "reference",
      version: readProductVersion(root),
      commit: readProductCommit(root),
      digest: referenceServerDigest(root),
    } as const;
    return { server, settings, build: undefined };
  }
  const build = readBuild(resolve(directory));
  await requireIntactExport(build);
  const { executable, pack } = build;
  return { server: { kind: "build", executable, pack, digest: await buildDigest(build) }, settings, build };
}

/**
 * Runs the checks of `release check` that concern the integrity of the build; its content may be that of a development build.
 * @throws InputError with every problem.
 */
async function requireIntactExport({ directory, executable }: Build): Promise<void> {
  const [{ checkExport }, { readPackKey }] = await Promise.all([
    import("../../release/exports/check-export.ts"),
    import("../../release/exports/read-pack-key.ts"),
  ]);
  const { checks } = await checkExport(directory, { rules: "integrity", key: readPackKey(process.env) });
  const problems = checks
    .filter((check) => check.export === executable && check.status === "failed")
    .flatMap((check) => check.problems);
  if (problems.length > 0) throw new InputError("The build cannot be run:", problems);
}

async function prepareRelease(
  paths: LocalPaths,
  { server, settings, build }: ReleaseDraft,
): Promise<Release> {
  ensureSecrets(paths);
  await ensureCertificates(paths.tls, settings.gateway.domain);
  const current = readCurrent(paths);
  const present = current && readRelease(paths.releases, current.release);
  if (present?.content === contentDigest(server, settings)) return present;
  return createRelease(paths.releases, { server, settings, build });
}

/**
 * The catalogue's paths (components/config/variables/value-types.ts) consist of these characters, which need no
 * quoting in nginx.
 */
const USABLE_PATH = /^(\/[A-Za-z0-9_.-]+)+$/;

function requireUsablePath(project: string): void {
  if (USABLE_PATH.test(serverPath(resolve(project)))) return;
  throw new InputError("The local deployment cannot be started here:", [
    {
      subject: "the project's directory",
      value: project,
      rule: "must consist of letters, digits and _ . - between its slashes: the game server's variables name paths below it",
      remedy: "Move the project to such a path.",
    },
  ]);
}

function readProductVersion(root: string): string {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly version: string;
  };
  return manifest.version;
}

function readProductCommit(root: string): string | undefined {
  try {
    const git = execFileSync("git", ["rev-parse", "HEAD"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return git.trim();
  } catch {
    return undefined;
  }
}
