import { join } from "node:path";
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

export interface SupervisorOptions extends Omit<DeploymentOptions, "supervision"> {
  readonly paths: LocalPaths;
}

/** Certificates are renewed weeks before they expire, so one check per day is enough. */
const RENEWAL_INTERVAL_MS = 86_400_000;

/** Owns a running deployment: holds the lock, serves commands and stores the running state. */
export class Supervisor {
  readonly #paths: LocalPaths;
  readonly #lock: Lock;
  readonly #log: LogFile;
  readonly #deployment: Deployment;
  readonly #supervision: ProcessManager;
  readonly #listeners = new Set<(event: LocalEvent) => void>();
  readonly #since = new Date().toISOString();
  readonly #renewal = setInterval(() => this.#renew(), RENEWAL_INTERVAL_MS);
  #control: ControlServer | undefined;
  #busy: Promise<unknown> = Promise.resolve();
  #stopped: Promise<void> | undefined;
  readonly #ended = Promise.withResolvers<void>();

  private constructor(options: SupervisorOptions, lock: Lock) {
    this.#paths = options.paths;
    this.#lock = lock;
    this.#log = new LogFile(join(options.paths.logs, "supervisor.log"));
    this.#supervision = new ProcessManager(
      options.paths,
      (level, words) => this.#tell(level, words),
      () => this.#note(),
    );
    this.#deployment = new Deployment({ ...options, supervision: this.#supervision });
  }

  /**
   * Acquires the lock and stops the orphaned processes of a killed supervisor.
   * @throws OperationError if another supervisor holds the lock.
   */
  static async start(options: SupervisorOptions, hear: (event: LocalEvent) => void): Promise<Supervisor> {
    const { paths } = options;
    makeStateDirectory(paths.state);
    makeDirectory(paths.logs);
    const taken = acquireLock(paths.lock);
    if (taken === undefined) throw lockHeldError(paths);
    const supervisor = new Supervisor(options, taken.lock);
    supervisor.#listeners.add(hear);
    // Overwrites the state of the previous supervisor.
    supervisor.#note();
    try {
      if (taken.wasStale) supervisor.#tell("warning", "the previous supervisor was killed: cleaning up");
      for (const { name, pid } of await stopOrphans(paths.children)) {
        supervisor.#tell("warning", `stopped ${name} (process ${pid}), left over from it`);
      }
      supervisor.#control = await serveControl(paths.control, {
        handle: (asked) =>
          asked.do === "stop" ? supervisor.stop() : supervisor.deploy(asked.release, asked.action),
        subscribe: (listener) => {
          supervisor.#listeners.add(listener);
          return () => supervisor.#listeners.delete(listener);
        },
      });
    } catch (error) {
      clearInterval(supervisor.#renewal);
      taken.lock.release();
      throw error;
    }
    return supervisor;
  }

  /** Resolves when everything has stopped. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get state(): RunningState {
    return describeRunningState(this.#deployment, this.#supervision.reports, this.#since);
  }

  /** Deployments run one after the other. */
  deploy(release: string, action: DeployAction): Promise<DeployResult> {
    const rolled = this.#busy.then(async () => {
      if (this.#stopped !== undefined) throw new OperationError(1, [], "The deployment is being stopped.");
      return this.#deployment.deploy(requireRelease(this.#paths.releases, release), action);
    });
    this.#busy = rolled.catch(() => undefined).then(() => this.#note());
    return rolled;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Stops all processes immediately, without waiting for sessions. */
  async stopImmediately(): Promise<void> {
    this.#tell("warning", "second signal: stopping immediately, without waiting for sessions");
    await this.#supervision.end();
  }

  #renew(): void {
    this.#busy = this.#busy
      .then(() => this.#deployment.renewCertificates())
      .catch((error: unknown) =>
        this.#tell("error", `the certificate cannot be renewed: ${errorMessage(error)}`),
      );
  }

  async #stop(): Promise<void> {
    clearInterval(this.#renewal);
    this.#tell("info", "stopping");
    await this.#busy;
    // Processes that cannot be stopped in order are stopped anyway, and the lock is released.
    await this.#deployment
      .stop()
      .catch((error: unknown) =>
        this.#tell("error", `some processes did not stop cleanly: ${errorMessage(error)}`),
      );
    await this.#supervision.end();
    this.#tell("info", "all processes are stopped");
    this.#note();
    this.#log.close();
    this.#lock.release();
    // Not awaited, because the client that requested the stop still waits for its response.
    const closed = this.#control?.stop() ?? Promise.resolve();
    void closed.then(() => this.#ended.resolve());
  }

  #tell(level: LocalEvent["level"], words: string): void {
    const event: LocalEvent = { at: new Date().toISOString(), level, message: words };
    this.#log.write(`${event.at} ${level.padEnd(7)} ${words}\n`);
    for (const hear of this.#listeners) hear(event);
  }

  /** Stores the running state for `local status`. A write error must not stop the deployment. */
  #note(): void {
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
        remedy: "Stop it with `local down`; `local status` shows what is running.",
      },
    ],
    "The deployment is already running:",
  );
}
