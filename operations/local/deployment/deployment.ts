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
import type { Gateway } from "../services/gateway.ts";
import { startNginx } from "../services/nginx.ts";
import { startTcpProxy } from "../services/tcp-proxy.ts";
import { createLocalTarget } from "../verification/create-local-target.ts";
import type { Verification, Verify } from "../verification/verification.ts";
import { requirePassed, waitForCutover } from "./cutover.ts";
import { keepGatewayPort, requireGatewayPort } from "./gateway-port.ts";

export interface DeploymentOptions {
  readonly supervision: ProcessManager;
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
  #stores: DataServices | undefined;
  #front: Gateway | undefined;
  #serving: GameServer | undefined;
  #slot: "a" | "b" = "b";
  #verification: Verification | undefined;
  #certificate: string | undefined;

  constructor(options: DeploymentOptions) {
    this.#options = options;
    this.#programs = findPrograms(options.without);
  }

  get activeServer(): GameServer | undefined {
    return this.#serving;
  }

  get gateway(): Gateway | undefined {
    return this.#front;
  }

  get dataServices(): DataServices | undefined {
    return this.#stores;
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
    const begin = performance.now();
    const { paths } = this.#options.supervision;
    const from = this.#serving?.release.id ?? readCurrent(paths)?.release;
    const entry = { at: new Date().toISOString(), action, release: release.id, from };
    const seconds = (): number => Math.round((performance.now() - begin) / 10) / 100;
    // Restarts before this deployment do not count: a rollback must not be rejected because of the crashes that it is
    // meant to fix.
    const unforgive = this.#options.supervision.forgive();
    try {
      const { verification, sessionsMoved } = await this.#replace(
        keepGatewayPort(release, action, this.#front),
      );
      this.#verification = verification;
      this.#takeUp();
      writeCurrent(paths, release.id);
      const rolled = { release: release.id, from, verification, sessionsMoved, seconds: seconds() };
      appendHistory(paths, {
        ...entry,
        result: "good",
        verified: verification.score,
        sessionsMoved,
        seconds: seconds(),
      });
      pruneReleases(paths.releases, [release.id, ...verifiedReleases(readHistory(paths)).slice(0, 2)]);
      return rolled;
    } catch (error) {
      unforgive();
      const reason = errorMessage(error);
      // The error that is thrown below is more important than a history that cannot be written.
      try {
        appendHistory(paths, { ...entry, result: "failed", reason, seconds: seconds() });
      } catch {}
      throw error;
    }
  }

  async #replace(release: Release) {
    await requireGatewayPort(this.#options.supervision, release.settings.port, this.#front);
    await ensureCertificates(this.#options.supervision.paths.tls, release.settings.gateway.domain);
    const stores = await this.#ensureStores(release);
    const old = this.#serving;
    const candidate = await this.#start(release, stores);
    const verification = await this.#prove(candidate, stores, old);
    return { verification, sessionsMoved: old === undefined ? 0 : await this.#retire(old) };
  }

  /** Verifies a server directly and then through the gateway; stops it if it fails. */
  async #prove(
    candidate: GameServer,
    stores: DataServices,
    old: GameServer | undefined,
  ): Promise<Verification> {
    const { supervision, verify } = this.#options;
    const { release } = candidate;
    try {
      // Without an active server, no players can be affected, so verification through the gateway is enough.
      if (old !== undefined) {
        supervision.tell("info", `verifying release ${release.id} next to the active one`);
        requirePassed(
          await verify(createLocalTarget(supervision.paths, candidate, stores), release),
          release,
        );
      }
      return await this.#lead(candidate, stores, old);
    } catch (error) {
      supervision.tell("error", `release ${release.id} failed: stopping its server`);
      await candidate.process.stop(5000);
      supervision.forget(candidate.process);
      throw error;
    }
  }

  /** Renews the certificate if it is due; every process then loads it. */
  async renewCertificates(): Promise<void> {
    if (this.#serving === undefined) return;
    await ensureCertificates(
      this.#options.supervision.paths.tls,
      this.#serving.release.settings.gateway.domain,
    );
    this.#takeUp();
  }

  /** The game server reloads the files itself. Not called during a deployment, because Redis is restarted. */
  #takeUp(): void {
    const { paths, tell } = this.#options.supervision;
    // Compared with the loaded certificate, because another command may have renewed it.
    const present = readFileSync(tlsFiles(paths.tls).certificate, "utf8");
    const isNew = this.#certificate !== undefined && this.#certificate !== present;
    this.#certificate = present;
    if (!isNew) return;
    tell("info", "loading the renewed certificate");
    this.#front?.renew();
    this.#stores?.renew();
  }

  async #ensureStores({ settings }: Release): Promise<DataServices> {
    const { supervision, without, env } = this.#options;
    if (this.#stores === undefined) {
      this.#stores = await startDataServices(supervision, {
        settings,
        programs: this.#programs,
        without,
        env,
      });
      for (const note of this.#stores.notes) supervision.tell("warning", note);
    }
    return this.#stores;
  }

  async #start(release: Release, stores: DataServices): Promise<GameServer> {
    const { supervision, root } = this.#options;
    if (release.server.kind === "reference" && release.server.digest !== referenceServerDigest(root)) {
      supervision.tell(
        "warning",
        `release ${release.id} was created with other reference server code (${release.server.commit ?? "no commit"}): its settings are used with the current code`,
      );
    }
    this.#slot = this.#slot === "a" ? "b" : "a";
    const behindNginx = this.#programs.nginx !== undefined;
    return startGameServer(supervision, { release, slot: this.#slot, stores, behindNginx, root });
  }

  /** Routes players to a server and verifies it through the gateway; routes them back if it fails. */
  async #lead(
    candidate: GameServer,
    stores: DataServices,
    old: GameServer | undefined,
  ): Promise<Verification> {
    const { supervision, verify } = this.#options;
    const { release } = candidate;
    try {
      const front = await this.#pointTo(candidate);
      await waitForCutover(candidate, front);
      const target = createLocalTarget(supervision.paths, candidate, stores, front);
      const verification = await verify(target, release);
      requirePassed(verification, release);
      writeJson(supervision.paths.target, target);
      this.#serving = candidate;
      supervision.tell("info", `release ${release.id} is verified: ${verification.score}`);
      return verification;
    } catch (error) {
      // The first error is thrown; a failure to route back is logged separately.
      if (old !== undefined)
        await this.#pointTo(old).catch((reason: unknown) => supervision.tell("error", errorMessage(reason)));
      throw error;
    }
  }

  async #pointTo(server: GameServer): Promise<Gateway> {
    const { supervision } = this.#options;
    const { settings } = server.release;
    const present = this.#front;
    if (present !== undefined && present.port === settings.port) {
      await present.point(server.ports, settings);
      return present;
    }
    await present?.stop();
    this.#front = undefined;
    const { nginx } = this.#programs;
    const front =
      nginx === undefined
        ? await startTcpProxy(settings.port, settings.port + 1)
        : await startNginx(supervision, nginx, settings, server.ports);
    // Assigned before it is used, so that it is stopped if a later step fails.
    this.#front = front;
    await front.point(server.ports, settings);
    return front;
  }

  async #retire(old: GameServer): Promise<number> {
    const { supervision } = this.#options;
    supervision.tell("info", `moving the sessions of release ${old.release.id}`);
    const moved = await drainAndStop(old, old.release.settings.drainSeconds);
    supervision.forget(old.process);
    return moved;
  }

  /** Stops everything in order: drains the sessions, then stops the server, the gateway and the data services. */
  async stop(): Promise<void> {
    const serving = this.#serving;
    this.#serving = undefined;
    if (serving !== undefined) await drainAndStop(serving, serving.release.settings.drainSeconds);
    await this.#front?.stop();
    this.#front = undefined;
    await this.#stores?.stop();
    this.#stores = undefined;
  }
}
