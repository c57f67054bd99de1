import { readFileSync } from "node:fs";
import { errorMessage } from "../../errors.ts";
import { writeJson } from "../files.ts";
import { findPrograms, type OptionalService, type Programs } from "../processes/installed-programs.ts";
import type { ProcessManager } from "../processes/process-manager.ts";
import {
  appendHistory,
  type DeployAction,
  readCurrent,
  readHistory,
  verifiedReleases,
  writeCurrent,
} from "../releases/history.ts";
import { pruneReleases, type Release, referenceServerDigest } from "../releases/releases.ts";
import { ensureCertificates, tlsFiles } from "../services/certificates.ts";
import { type DataServices, startDataServices } from "../services/data-services.ts";
import { drainAndStop, type GameServer, startGameServer } from "../services/game-server.ts";
import { type Gateway, gatewayPorts } from "../services/gateway.ts";
import { startNginx } from "../services/nginx.ts";
import { startTcpProxy } from "../services/tcp-proxy.ts";
import { createLocalTarget } from "../verification/create-local-target.ts";
import type { Verification, Verify } from "../verification/verification.ts";
import { requirePassed, waitForCutover } from "./cutover.ts";
import { keepGatewayPort, requireGatewayPort } from "./gateway-port.ts";

export interface DeploymentOptions {
  readonly processManager: ProcessManager;
  /** The directory of the product's code. */
  readonly root: string;
  readonly without: readonly OptionalService[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly verify: Verify;
}

/** The result of a deployment. */
export interface DeployResult {
  readonly release: string;
  readonly from: string | undefined;
  readonly verification: Verification;
  readonly sessionsMoved: number;
  readonly seconds: number;
}

/** The processes of one machine: data services, a game server and a gateway. During a deployment two servers run. */
export class Deployment {
  readonly #options: DeploymentOptions;
  readonly #programs: Programs;
  #dataServices: DataServices | undefined;
  #gateway: Gateway | undefined;
  #activeServer: GameServer | undefined;
  #slot: "a" | "b" = "b";
  #verification: Verification | undefined;
  #certificate: string | undefined;

  constructor(options: DeploymentOptions) {
    this.#options = options;
    this.#programs = findPrograms(options.without);
  }

  get activeServer(): GameServer | undefined {
    return this.#activeServer;
  }

  get gateway(): Gateway | undefined {
    return this.#gateway;
  }

  get dataServices(): DataServices | undefined {
    return this.#dataServices;
  }

  get verification(): Verification | undefined {
    return this.#verification;
  }

  /**
   * Deploys a release: starts its server next to the active one, verifies it, routes players to it, moves the
   * sessions and stops the old server. A failure before the sessions move leaves the old server unchanged.
   * @throws OperationError with the reason, which is also in the history.
   */
  async deploy(release: Release, action: DeployAction): Promise<DeployResult> {
    const startedAt = performance.now();
    const { paths } = this.#options.processManager;
    const from = this.#activeServer?.release.id ?? readCurrent(paths)?.release;
    const entry = { at: new Date().toISOString(), action, release: release.id, from };
    const seconds = (): number => Math.round((performance.now() - startedAt) / 10) / 100;
    // Restarts before this deployment do not count: a rollback must not be rejected because of the crashes that it is
    // meant to fix.
    const restoreRestartCounts = this.#options.processManager.resetRestartCounts();
    try {
      const { verification, sessionsMoved } = await this.#replace(
        keepGatewayPort(release, action, this.#gateway),
      );
      this.#verification = verification;
      this.#reloadCertificates();
      writeCurrent(paths, release.id);
      const result = { release: release.id, from, verification, sessionsMoved, seconds: seconds() };
      appendHistory(paths, {
        ...entry,
        result: "good",
        verified: verification.score,
        sessionsMoved,
        seconds: seconds(),
      });
      pruneReleases(paths.releases, [release.id, ...verifiedReleases(readHistory(paths)).slice(0, 2)]);
      return result;
    } catch (error) {
      restoreRestartCounts();
      const reason = errorMessage(error);
      // The error that is thrown below is more important than a history that cannot be written.
      try {
        appendHistory(paths, { ...entry, result: "failed", reason, seconds: seconds() });
      } catch {}
      throw error;
    }
  }

  async #replace(release: Release) {
    await requireGatewayPort(this.#options.processManager, release.settings.port, this.#gateway);
    await ensureCertificates(this.#options.processManager.paths.tls, release.settings.gateway.domain);
    const dataServices = await this.#ensureDataServices(release);
    const old = this.#activeServer;
    if (old !== undefined && this.#isActive(release)) {
      return { verification: await this.#verifyActive(old, dataServices), sessionsMoved: 0 };
    }
    const candidate = await this.#start(release, dataServices);
    const verification = await this.#verifyCandidate(candidate, dataServices, old);
    return { verification, sessionsMoved: old === undefined ? 0 : await this.#drainAndStop(old) };
  }

  /** Whether the release already serves players, so that replacing its server would only move sessions. */
  #isActive({ id, settings }: Release): boolean {
    const active = this.#activeServer;
    return active?.release.id === id && active.process.alive && this.#gateway?.port === settings.port;
  }

  async #verifyActive(active: GameServer, dataServices: DataServices): Promise<Verification> {
    const { processManager, verify } = this.#options;
    processManager.log("info", `release ${active.release.id} is unchanged and active: verifying it`);
    const target = createLocalTarget(processManager.paths, active, dataServices, this.#gateway);
    const verification = await verify(target, active.release);
    requirePassed(verification, active.release);
    return verification;
  }

  /** Verifies a server directly and then through the gateway; stops it if it fails. */
  async #verifyCandidate(
    candidate: GameServer,
    dataServices: DataServices,
    old: GameServer | undefined,
  ): Promise<Verification> {
    const { processManager, verify } = this.#options;
    const { release } = candidate;
    try {
      // Without an active server, no players can be affected, so verification through the gateway is enough.
      if (old !== undefined) {
        processManager.log("info", `verifying release ${release.id} next to the active one`);
        requirePassed(
          await verify(createLocalTarget(processManager.paths, candidate, dataServices), release),
          release,
        );
      }
      return await this.#cutOver(candidate, dataServices, old);
    } catch (error) {
      processManager.log("error", `release ${release.id} failed: stopping its server`);
      await candidate.process.stop(5000);
      processManager.remove(candidate.process);
      throw error;
    }
  }

  /** Renews the certificate if it is due; every process then loads it. */
  async renewCertificates(): Promise<void> {
    if (this.#activeServer === undefined) return;
    await ensureCertificates(
      this.#options.processManager.paths.tls,
      this.#activeServer.release.settings.gateway.domain,
    );
    this.#reloadCertificates();
  }

  /** The game server reloads the files itself. Not called during a deployment, because Redis is restarted. */
  #reloadCertificates(): void {
    const { paths, log } = this.#options.processManager;
    // Compared with the loaded certificate, because another command may have renewed it.
    const certificate = readFileSync(tlsFiles(paths.tls).certificate, "utf8");
    const isNew = this.#certificate !== undefined && this.#certificate !== certificate;
    this.#certificate = certificate;
    if (!isNew) return;
    log("info", "loading the renewed certificate");
    this.#gateway?.reloadCertificate();
    this.#dataServices?.reloadCertificate();
  }

  async #ensureDataServices({ settings }: Release): Promise<DataServices> {
    const { processManager, without, env } = this.#options;
    if (this.#dataServices === undefined) {
      this.#dataServices = await startDataServices(processManager, {
        settings,
        programs: this.#programs,
        without,
        env,
      });
      for (const note of this.#dataServices.notes) processManager.log("warning", note);
    }
    return this.#dataServices;
  }

  async #start(release: Release, dataServices: DataServices): Promise<GameServer> {
    const { processManager, root } = this.#options;
    if (release.server.kind === "reference" && release.server.digest !== referenceServerDigest(root)) {
      processManager.log(
        "warning",
        `release ${release.id} was created with other reference server code (${release.server.commit ?? "no commit"}): its settings are used with the current code`,
      );
    }
    this.#slot = this.#slot === "a" ? "b" : "a";
    const behindNginx = this.#programs.nginx !== undefined;
    return startGameServer(processManager, { release, slot: this.#slot, dataServices, behindNginx, root });
  }

  /** Routes players to a server and verifies it through the gateway; routes them back if it fails. */
  async #cutOver(
    candidate: GameServer,
    dataServices: DataServices,
    old: GameServer | undefined,
  ): Promise<Verification> {
    const { processManager, verify } = this.#options;
    const { release } = candidate;
    try {
      const gateway = await this.#routeTo(candidate);
      await waitForCutover(candidate, gateway);
      const target = createLocalTarget(processManager.paths, candidate, dataServices, gateway);
      const verification = await verify(target, release);
      requirePassed(verification, release);
      writeJson(processManager.paths.target, target);
      this.#activeServer = candidate;
      processManager.log("info", `release ${release.id} is verified: ${verification.score}`);
      return verification;
    } catch (error) {
      // The first error is thrown; a failure to route back is logged separately.
      if (old !== undefined)
        await this.#routeTo(old).catch((reason: unknown) =>
          processManager.log("error", errorMessage(reason)),
        );
      throw error;
    }
  }

  async #routeTo(server: GameServer): Promise<Gateway> {
    const { processManager } = this.#options;
    const { settings } = server.release;
    const current = this.#gateway;
    if (current !== undefined && current.port === settings.port) {
      await current.routeTo(server.ports, settings);
      return current;
    }
    await current?.stop();
    this.#gateway = undefined;
    const { nginx } = this.#programs;
    const gateway =
      nginx === undefined
        ? await startTcpProxy(...gatewayPorts(settings.port))
        : await startNginx(processManager, nginx, settings, server.ports);
    // Assigned before it is used, so that it is stopped if a later step fails.
    this.#gateway = gateway;
    await gateway.routeTo(server.ports, settings);
    return gateway;
  }

  async #drainAndStop(old: GameServer): Promise<number> {
    const { processManager } = this.#options;
    processManager.log("info", `moving the sessions of release ${old.release.id}`);
    const moved = await drainAndStop(old, old.release.settings.drainSeconds);
    processManager.remove(old.process);
    return moved;
  }

  /** Stops everything in order: drains the sessions, then stops the server, the gateway and the data services. */
  async stop(): Promise<void> {
    const active = this.#activeServer;
    this.#activeServer = undefined;
    if (active !== undefined) await drainAndStop(active, active.release.settings.drainSeconds);
    await this.#gateway?.stop();
    this.#gateway = undefined;
    await this.#dataServices?.stop();
    this.#dataServices = undefined;
  }
}
