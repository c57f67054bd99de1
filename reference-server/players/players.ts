import { randomUUID } from "node:crypto";
import type { TokenService } from "../auth/token-service.ts";
import type { CacheManager } from "../data/cache-manager.ts";
import type { GameStore, PlayerRecord, Position } from "../data/game-store.ts";
import { createUnavailableError, HttpError } from "../errors.ts";
import type { Settings } from "../settings/settings.ts";
import type { SessionStore, StoredSession } from "./session-store.ts";

/** A player's session on this server. */
export interface Session extends StoredSession {
  position: Position;
  /** Quaternion x, y, z, w. */
  rotation: readonly [number, number, number, number];
  readonly joinedAt: string;
  /** Milliseconds, Unix time. */
  seenAt: number;
}

/** Lifecycle events of a session. */
type SessionEvent = "opened" | "resumed" | "handed_over" | "closed" | "idle" | "refused";

interface PlayersOptions {
  readonly server: string;
  readonly store: GameStore;
  readonly sessions: SessionStore;
  readonly tokens: TokenService;
  readonly cache: CacheManager<PlayerRecord>;
  readonly isDraining: () => boolean;
  /** Called on every change, for metrics, audit, mesh and webhooks. */
  readonly onEvent: (event: SessionEvent, player: string) => void;
}

/** A request to join. */
interface JoinRequest {
  readonly id: string;
  readonly name: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface JoinResult {
  readonly record: PlayerRecord;
  readonly session: Session;
  readonly resumed: boolean;
}

const ORIGIN: Position = [0, 0, 0];

/** The players of this server: sessions in memory, records in the game store. */
export class Players {
  readonly #settings: Settings["lifecycle"];
  readonly #options: PlayersOptions;
  readonly #sessions = new Map<string, Session>();

  constructor(settings: Settings["lifecycle"], options: PlayersOptions) {
    this.#settings = settings;
    this.#options = options;
  }

  get sessions(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  get count(): number {
    return this.#sessions.size;
  }

  getSession(player: string): Session | undefined {
    return this.#sessions.get(player);
  }

  /** @throws HttpError 503 when the server is full or draining, or the database is unavailable. */
  async join({ id, name, data }: JoinRequest): Promise<JoinResult> {
    this.#requireCapacity(id);
    const stored = await this.#options.sessions.find(id);
    const known = await this.record(id);
    const now = new Date().toISOString();
    const record: PlayerRecord = {
      id,
      name,
      position: stored?.position ?? known?.position ?? ORIGIN,
      data: data ?? known?.data ?? {},
      created_at: known?.created_at ?? now,
      seen_at: now,
    };
    await this.saveRecord(record);
    const session = await this.#open({ ...record, session: stored?.session ?? randomUUID() });
    this.#options.onEvent(stored === undefined ? "opened" : "resumed", id);
    return { record, session, resumed: stored !== undefined };
  }

  /** Resumes a session from another server. @throws HttpError 401 for an invalid or used token. */
  async resume(token: string): Promise<JoinResult> {
    const handOver = await this.#options.tokens.verifyHandOver(token);
    if (handOver === undefined)
      throw new HttpError(401, "invalid_hand_over", "The hand-over token is not valid.");
    this.#requireCapacity(handOver.player);
    if (!(await this.#options.sessions.claimHandOverToken(handOver.tokenId, handOver.expires))) {
      throw new HttpError(401, "invalid_hand_over", "The hand-over token has already been used.");
    }
    const { player: id, name, position, session: identity } = handOver;
    const now = new Date().toISOString();
    const known = await this.record(id);
    const record: PlayerRecord = { data: {}, created_at: now, ...known, id, name, position, seen_at: now };
    await this.saveRecord(record);
    const session = await this.#open({ id, name, position, session: identity });
    this.#options.onEvent("resumed", id);
    return { record, session, resumed: true };
  }

  async record(id: string): Promise<PlayerRecord | undefined> {
    const cached = this.#options.cache.get(id);
    if (cached !== undefined) return cached;
    const found = await this.#options.store.getPlayer(id);
    if (found !== undefined) this.#options.cache.set(id, found);
    return found;
  }

  async saveRecord(record: PlayerRecord): Promise<void> {
    await this.#options.store.savePlayer(record);
    this.#options.cache.set(record.id, record);
  }

  /** Ends a session. A session that ended as `idle` can still be resumed. */
  async leave(id: string, event: "closed" | "idle" = "closed"): Promise<boolean> {
    const session = this.#sessions.get(id);
    if (session === undefined) return false;
    this.#sessions.delete(id);
    if (event === "closed") await this.#options.sessions.remove(id);
    await this.#savePosition(session);
    this.#options.onEvent(event, id);
    return true;
  }

  /** Deletes the session and the record of a player. */
  async erase(id: string): Promise<boolean> {
    await this.leave(id);
    await this.#options.sessions.remove(id);
    this.#options.cache.delete(id);
    return this.#options.store.erasePlayer(id);
  }

  move(id: string, position: Position, rotation: Session["rotation"]): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    session.position = position;
    session.rotation = rotation;
    session.seenAt = Date.now();
  }

  recordActivity(id: string): void {
    const session = this.#sessions.get(id);
    if (session !== undefined) session.seenAt = Date.now();
  }

  /** Ends idle sessions and refreshes the stored copies of the others. */
  async sweep(now = Date.now()): Promise<void> {
    const silentSince = now - this.#settings.playerIdleTimeoutSeconds * 1000;
    for (const session of this.sessions) {
      if (session.seenAt < silentSince) await this.leave(session.player, "idle");
      else await this.#options.sessions.save(this.#toStored(session));
    }
    this.#options.sessions.sweep(now);
  }

  /** Prepares a session for another server. @returns the token that resumes it there. */
  async handOver(session: Session): Promise<string> {
    await this.#options.sessions.save(this.#toStored(session));
    const { session: identity, player, name, position } = session;
    return this.#options.tokens.issueHandOver({ session: identity, player, name, position });
  }

  /** Removes the local session of a player who moved to another server. */
  async completeHandOver(player: string): Promise<void> {
    const session = this.#sessions.get(player);
    if (session === undefined) return;
    this.#sessions.delete(player);
    await this.#savePosition(session);
    this.#options.onEvent("handed_over", player);
  }

  #requireCapacity(id: string): void {
    if (this.#options.isDraining()) {
      this.#options.onEvent("refused", id);
      throw createUnavailableError(
        "draining",
        "This server is draining and accepts no new players; connect to another server.",
        1,
      );
    }
    if (this.#sessions.has(id) || this.#sessions.size < this.#settings.maxPlayers) return;
    this.#options.onEvent("refused", id);
    throw createUnavailableError("server_full", "This server is full; connect to another server.");
  }

  async #open(args: { id: string; name: string; position: Position; session: string }): Promise<Session> {
    const { id: player, name, position, session: identity } = args;
    const session: Session = {
      session: identity,
      player,
      name,
      position,
      rotation: [0, 0, 0, 1],
      server: this.#options.server,
      joinedAt: new Date().toISOString(),
      seenAt: Date.now(),
    };
    this.#sessions.set(player, session);
    await this.#options.sessions.save(this.#toStored(session));
    return session;
  }

  #toStored({ session, player, name, position, server }: Session): StoredSession {
    return { session, player, name, position, server };
  }

  async #savePosition({ player, position }: Session): Promise<void> {
    const known = await this.record(player).catch(() => undefined);
    if (known === undefined) return;
    await this.saveRecord({ ...known, position, seen_at: new Date().toISOString() }).catch(() => undefined);
  }
}
