import { randomUUID } from "node:crypto";
import type { TokenService } from "../auth/token-service.ts";
import type { CacheManager } from "../data/cache-manager.ts";
import type { GameStore, PlayerRecord, Position } from "../data/game-store.ts";
import { createUnavailableError, HttpError } from "../errors.ts";
import type { Settings } from "../settings/settings.ts";
import type { SessionStore, StoredSession } from "./session-store.ts";

/** A player's presence on this server. */
export interface Session extends StoredSession {
  position: Position;
  /** Quaternion x, y, z, w. */
  rotation: readonly [number, number, number, number];
  readonly joinedAt: string;
  /** Milliseconds, Unix time. */
  seenAt: number;
}

/** What may become of a session. */
export type SessionEvent = "opened" | "resumed" | "handed_over" | "closed" | "idle" | "refused";

export interface PlayersOptions {
  readonly server: string;
  readonly store: GameStore;
  readonly sessions: SessionStore;
  readonly tokens: TokenService;
  readonly cache: CacheManager<PlayerRecord>;
  readonly isDraining: () => boolean;
  /** Told of every change, for metrics, audit, mesh and webhooks. */
  readonly onEvent: (event: SessionEvent, player: string) => void;
}

/** What a player asks for when joining. */
export interface JoinRequest {
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

/** The players of this server: their sessions here, their records in the store. */
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

  /** @throws HttpError 503 when the server is full or draining, or the store is away. */
  async join({ id, name, data }: JoinRequest): Promise<JoinResult> {
    this.#requirePlace(id);
    const parked = await this.#options.sessions.find(id);
    const known = await this.record(id);
    const now = new Date().toISOString();
    const getRecord: PlayerRecord = {
      id,
      name,
      position: parked?.position ?? known?.position ?? ORIGIN,
      data: data ?? known?.data ?? {},
      created_at: known?.created_at ?? now,
      seen_at: now,
    };
    await this.saveRecord(getRecord);
    const session = await this.#open({ ...getRecord, session: parked?.session ?? randomUUID() });
    this.#options.onEvent(parked === undefined ? "opened" : "resumed", id);
    return { record: getRecord, session, resumed: parked !== undefined };
  }

  /** Takes over a session that another server handed over. @throws HttpError 401 for a token that is not valid or was used. */
  async resume(token: string): Promise<JoinResult> {
    const issueHandOver = await this.#options.tokens.verifyHandOver(token);
    if (issueHandOver === undefined)
      throw new HttpError(401, "invalid_hand_over", "The hand-over token is not valid.");
    this.#requirePlace(issueHandOver.player);
    if (!(await this.#options.sessions.claimHandOverToken(issueHandOver.tokenId, issueHandOver.expires))) {
      throw new HttpError(401, "invalid_hand_over", "The hand-over token was used before.");
    }
    const { player: id, name, position, session: identity } = issueHandOver;
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

  /** Ends a session for good, or because it was silent; a silent player's session can still be found again. */
  async leave(id: string, event: "closed" | "idle" = "closed"): Promise<boolean> {
    const session = this.#sessions.get(id);
    if (session === undefined) return false;
    this.#sessions.delete(id);
    if (event === "closed") await this.#options.sessions.remove(id);
    await this.#keepPosition(session);
    this.#options.onEvent(event, id);
    return true;
  }

  /** Forgets a player altogether. */
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

  /** Closes silent sessions and keeps the others findable. */
  async sweep(now = Date.now()): Promise<void> {
    const silentSince = now - this.#settings.playerIdleTimeoutSeconds * 1000;
    for (const session of this.sessions) {
      if (session.seenAt < silentSince) await this.leave(session.player, "idle");
      else await this.#options.sessions.save(this.#parked(session));
    }
    this.#options.sessions.sweep(now);
  }

  /** Lets a session go to another server. @returns the token that resumes it there. */
  async handOver(session: Session): Promise<string> {
    await this.#options.sessions.save(this.#parked(session));
    const { session: identity, player, name, position } = session;
    return this.#options.tokens.issueHandOver({ session: identity, player, name, position });
  }

  /** The player has left for another server: the place is free, the session lives on there. */
  async completeHandOver(player: string): Promise<void> {
    const session = this.#sessions.get(player);
    if (session === undefined) return;
    this.#sessions.delete(player);
    await this.#keepPosition(session);
    this.#options.onEvent("handed_over", player);
  }

  #requirePlace(id: string): void {
    if (this.#options.isDraining()) {
      this.#options.onEvent("refused", id);
      throw createUnavailableError("draining", "This server takes no more players: look for another one.", 1);
    }
    if (this.#sessions.has(id) || this.#sessions.size < this.#settings.maxPlayers) return;
    this.#options.onEvent("refused", id);
    throw createUnavailableError("server_full", "This server is full: look for another one.");
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
    await this.#options.sessions.save(this.#parked(session));
    return session;
  }

  #parked({ session, player, name, position, server }: Session): StoredSession {
    return { session, player, name, position, server };
  }

  async #keepPosition({ player, position }: Session): Promise<void> {
    const known = await this.record(player).catch(() => undefined);
    if (known === undefined) return;
    await this.saveRecord({ ...known, position, seen_at: new Date().toISOString() }).catch(() => undefined);
  }
}
