import { join } from "node:path";
import { type BackupSchedule, startBackupSchedule } from "../../backup/backup-schedule.ts";
import { createBackup, readArchiveState } from "../../backup/local-backup.ts";
import { errorMessage, OperationError } from "../../errors.ts";
import { Deployment, type DeploymentOptions, type DeployResult } from "../deployment/deployment.ts";
import { makeDirectory, makeStateDirectory, writeJson } from "../files.ts";
import type { LocalPaths } from "../paths.ts";
import { stopOrphans } from "../processes/child-list.ts";
import { LogFile } from "../processes/log-file.ts";
import { type LocalEvent, ProcessManager } from "../processes/process-manager.ts";
import type { DeployAction } from "../releases/history.ts";
import { requireRelease } from "../releases/releases.ts";
import { type ControlServer, serveControl } from "./control-channel.ts";
import { acquireLock, type Lock, readLockState } from "./lock.ts";
import { describeRunningState, type RunningState } from "./running-state.ts";

interface SupervisorOptions extends Omit<DeploymentOptions, "processManager"> {
  readonly paths: LocalPaths;
  /** The directory with the stack files. */
  readonly project: string;
}

/** Certificates are renewed weeks before they expire, so one check per day is enough. */
const RENEWAL_INTERVAL_MS = 86_400_000;

/** Owns a running deployment: holds the lock, serves commands and stores the running state. */
export class Supervisor {
  readonly #paths: LocalPaths;
  readonly #lock: Lock;
  readonly #log: LogFile;
  readonly #deployment: Deployment;
  readonly #processManager: ProcessManager;
  readonly #listeners = new Set<(event: LocalEvent) => void>();
  readonly #since = new Date().toISOString();
  readonly #renewal = setInterval(() => this.#renewCertificates(), RENEWAL_INTERVAL_MS);
  readonly #backups: BackupSchedule;
  #control: ControlServer | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #stopped: Promise<void> | undefined;
  readonly #ended = Promise.withResolvers<void>();

  private constructor(options: SupervisorOptions, lock: Lock) {
    this.#paths = options.paths;
    this.#lock = lock;
    this.#log = new LogFile(join(options.paths.logs, "supervisor.log"));
    this.#processManager = new ProcessManager(
      options.paths,
      (level, message) => this.#logEvent(level, message),
      () => this.#writeRunningState(),
    );
    this.#deployment = new Deployment({ ...options, processManager: this.#processManager });
    this.#backups = startBackupSchedule({
      isPossible: () => this.#deployment.dataServices?.database === "own",
      createBackup: (signal) =>
        createBackup({ project: options.project }, { signal, full: false, onStep: () => undefined }),
      readArchive: () => readArchiveState({ project: options.project }),
      log: (level, message) => this.#logEvent(level, message),
    });
  }

  /**
   * Acquires the lock and stops the orphaned processes of a killed supervisor.
   * @throws OperationError if another supervisor holds the lock.
   */
  static async start(options: SupervisorOptions, onEvent: (event: LocalEvent) => void): Promise<Supervisor> {
    const { paths } = options;
    makeStateDirectory(paths.state);
    makeDirectory(paths.logs);
    const acquired = acquireLock(paths.lock);
    if (acquired === undefined) throw lockHeldError(paths);
    const supervisor = new Supervisor(options, acquired.lock);
    supervisor.#listeners.add(onEvent);
    // Overwrites the state of the previous supervisor.
    supervisor.#writeRunningState();
    try {
      if (acquired.wasStale)
        supervisor.#logEvent("warning", "the previous supervisor was killed: cleaning up");
      for (const { name, pid } of await stopOrphans(paths.children)) {
        supervisor.#logEvent("warning", `stopped ${name} (process ${pid}), left over from it`);
      }
      supervisor.#control = await serveControl(paths.control, {
        handle: (request) =>
          request.do === "stop" ? supervisor.stop() : supervisor.deploy(request.release, request.action),
        subscribe: (listener) => {
          supervisor.#listeners.add(listener);
          return () => supervisor.#listeners.delete(listener);
        },
      });
    } catch (error) {
      clearInterval(supervisor.#renewal);
      await supervisor.#backups.stop();
      acquired.lock.release();
      throw error;
    }
    return supervisor;
  }

  /** Resolves when everything has stopped. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get state(): RunningState {
    return describeRunningState(this.#deployment, this.#processManager.reports, this.#since);
  }

  /** Deployments run one after the other. */
  deploy(release: string, action: DeployAction): Promise<DeployResult> {
    const rolled = this.#queue.then(async () => {
      if (this.#stopped !== undefined) throw new OperationError(1, [], "The deployment is being stopped.");
      return this.#deployment.deploy(requireRelease(this.#paths.releases, release), action);
    });
    this.#queue = rolled.catch(() => undefined).then(() => this.#writeRunningState());
    return rolled;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Stops all processes immediately, without waiting for sessions. */
  async stopImmediately(): Promise<void> {
    this.#logEvent("warning", "second signal: stopping immediately, without waiting for sessions");
    await this.#processManager.end();
  }

  #renewCertificates(): void {
    this.#queue = this.#queue
      .then(() => this.#deployment.renewCertificates())
      .catch((error: unknown) =>
        this.#logEvent("error", `the certificate cannot be renewed: ${errorMessage(error)}`),
      );
  }

  async #stop(): Promise<void> {
    clearInterval(this.#renewal);
    this.#logEvent("info", "stopping");
    await Promise.all([this.#queue, this.#backups.stop()]);
    // Processes that cannot be stopped in order are stopped anyway, and the lock is released.
    await this.#deployment
      .stop()
      .catch((error: unknown) =>
        this.#logEvent("error", `some processes did not stop cleanly: ${errorMessage(error)}`),
      );
    await this.#processManager.end();
    this.#logEvent("info", "all processes are stopped");
    this.#writeRunningState();
    this.#log.close();
    this.#lock.release();
    // Not awaited, because the client that requested the stop still waits for its response.
    const closed = this.#control?.stop() ?? Promise.resolve();
    void closed.then(() => this.#ended.resolve());
  }

  #logEvent(level: LocalEvent["level"], message: string): void {
    const event: LocalEvent = { at: new Date().toISOString(), level, message };
    this.#log.write(`${event.at} ${level.padEnd(7)} ${message}\n`);
    for (const onEvent of this.#listeners) onEvent(event);
  }

  /** Stores the running state for `local status`. A write error must not stop the deployment. */
  #writeRunningState(): void {
    try {
      writeJson(this.#paths.running, this.state);
    } catch {}
  }
}

function lockHeldError(paths: LocalPaths): OperationError {
  const state = readLockState(paths.lock);
  const holder = state.kind === "held" ? ` (process ${state.holder.pid}, since ${state.holder.since})` : "";
  return new OperationError(
    1,
    [
      {
        subject: paths.lock,
        rule: `is held${holder}`,
        remedy: "Stop it with `npm run local -- down`; `npm run local -- status` shows what is running.",
      },
    ],
    "The deployment is already running:",
  );
}
