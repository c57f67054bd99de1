import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { InputError } from "../../components/shared/errors.ts";
import { ensureCertificates } from "./authority.ts";
import { type Build, readBuild } from "./build.ts";
import { askSupervisor } from "./control.ts";
import type { Rolled } from "./deployment.ts";
import { readJson } from "./files.ts";
import { readCurrent } from "./history.ts";
import { lockState } from "./lock.ts";
import { type LocalPaths, localPaths, serverPath } from "./paths.ts";
import {
  contentOf,
  createRelease,
  digestOfBuild,
  digestOfReference,
  type Release,
  type ReleaseServer,
  readRelease,
  removeHalfWritten,
} from "./releases.ts";
import type { RunningState } from "./running.ts";
import { ensureSecrets } from "./secrets.ts";
import { readSettings } from "./settings.ts";
import type { LocalEvent } from "./supervision.ts";
import { Supervisor } from "./supervisor.ts";
import type { Part } from "./tools.ts";
import type { Verify } from "./verification.ts";

export interface UpOptions {
  /** The directory with the stack files; the state lies below it. */
  readonly project: string;
  /** The directory of this product. */
  readonly root: string;
  /** A directory with an exported Godot server; the reference server takes its place without one. */
  readonly build?: string | undefined;
  readonly port?: number | undefined;
  readonly without: readonly Part[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly verify: Verify;
}

export type Hear = (event: LocalEvent) => void;

/** What is to be deployed, read and checked; nothing is written yet. */
interface Draft {
  readonly server: ReleaseServer;
  readonly settings: ReturnType<typeof readSettings>;
  readonly build: Build | undefined;
}

/**
 * Starts a supervisor and its first release. It runs until it is stopped.
 * @throws InputError or OperationError; nothing runs then.
 */
export async function startDeployment(
  options: UpOptions,
  hear: Hear,
): Promise<{ readonly supervisor: Supervisor; readonly rolled: Promise<Rolled> }> {
  const draft = await readDraft(options);
  const paths = localPaths(options.project);
  const supervisor = await Supervisor.start({ ...options, paths }, hear);
  const work = async (): Promise<Rolled> => {
    try {
      for (const id of removeHalfWritten(paths.releases)) {
        hear({
          at: new Date().toISOString(),
          level: "warning",
          words: `removed the half-written release ${id}`,
        });
      }
      const release = await prepare(paths, draft);
      return await supervisor.roll(release.id, "up");
    } catch (error) {
      await supervisor.stop();
      throw error;
    }
  };
  return { supervisor, rolled: work() };
}

/** Whether a supervisor runs already; `local up` then rolls a release on it instead of starting another one. */
export function isRunning(project: string): boolean {
  return lockState(localPaths(project).lock).kind === "held";
}

/** Makes a release and has the running supervisor roll it. The same content again is verified anew. */
export async function rollOnRunning(options: UpOptions, hear: Hear): Promise<Rolled> {
  const paths = localPaths(options.project);
  const say = (level: LocalEvent["level"], words: string): void =>
    hear({ at: new Date().toISOString(), level, words });
  say("info", "the deployment runs already: rolling a release on it");
  if (options.without.length > 0)
    say("warning", "what is left out is chosen when the deployment starts: `local down` first");
  // Players stay where they are, unless somebody asks for another port.
  const port = options.port ?? readJson<RunningState>(paths.running)?.ports.entrance;
  const release = await prepare(paths, await readDraft({ ...options, port }));
  return askSupervisor<Rolled>(paths.control, { do: "roll", release: release.id, action: "up" }, hear);
}

async function readDraft({ project, root, build: directory, port }: UpOptions): Promise<Draft> {
  requireUsablePath(project);
  const settings = readSettings(project, port);
  if (directory === undefined) {
    const server = {
      kind: "reference",
      version: versionOf(root),
      commit: commitOf(root),
      digest: digestOfReference(root),
    } as const;
    return { server, settings, build: undefined };
  }
  const build = readBuild(resolve(directory));
  const { executable, pack } = build;
  return { server: { kind: "build", executable, pack, digest: await digestOfBuild(build) }, settings, build };
}

async function prepare(paths: LocalPaths, { server, settings, build }: Draft): Promise<Release> {
  ensureSecrets(paths);
  await ensureCertificates(paths.tls, settings.gateway.domain);
  const current = readCurrent(paths);
  const present = current && readRelease(paths.releases, current.release);
  if (present?.content === contentOf(server, settings)) return present;
  return createRelease(paths.releases, { server, settings, build });
}

/** The catalogue's paths (components/config/variables/forms.ts) are of these characters, and nginx quotes none. */
const USABLE = /^(\/[A-Za-z0-9_.-]+)+$/;

function requireUsablePath(project: string): void {
  if (USABLE.test(serverPath(resolve(project)))) return;
  throw new InputError("The local deployment cannot be started here:", [
    {
      subject: "the project's directory",
      value: project,
      rule: "must consist of letters, digits and _ . - between its slashes: the game server's variables name paths below it",
      remedy: "Move the project to such a path.",
    },
  ]);
}

function versionOf(root: string): string {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly version: string;
  };
  return manifest.version;
}

function commitOf(root: string): string | undefined {
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
