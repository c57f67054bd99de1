import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { messageOf } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Settings } from "../settings/settings.ts";
import type { Announcement, DatagramCodec } from "./datagram-codec.ts";
import type { MeshMember, MeshState } from "./mesh-state.ts";

/** Another server that was discovered over UDP. */
interface Peer {
  readonly server: string;
  readonly address: string;
  readonly state: Announcement["state"];
  readonly players: number;
  readonly lastSeenAt: number;
}

interface MeshOptions {
  readonly server: string;
  readonly bindAddress: string;
  readonly settings: Settings["mesh"];
  readonly codec: DatagramCodec;
  readonly shared: MeshState | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly describe: () => Omit<Announcement, "v" | "kind" | "server" | "sent_ms">;
  readonly players: () => MeshMember["players"];
}

/** Discovers servers over UDP and synchronises mesh state through Redis. */
export class Mesh {
  readonly #options: MeshOptions;
  readonly #peers = new Map<string, Peer>();
  #socket: Socket | undefined;
  #members: readonly MeshMember[] = [];
  #leader: string | undefined;

  constructor(options: MeshOptions) {
    this.#options = options;
  }

  get peers(): readonly Peer[] {
    return [...this.#peers.values()];
  }

  /** The other servers with their players, as last written to Redis. */
  get members(): readonly MeshMember[] {
    return this.#members;
  }

  /** Without shared state every server is its own leader. */
  get isLeader(): boolean {
    return this.#leader === undefined || this.#leader === this.#options.server;
  }

  get leader(): string | undefined {
    return this.#leader;
  }

  /** @throws when the UDP port is in use. */
  async start(): Promise<void> {
    const { settings, bindAddress } = this.#options;
    if (!settings.discoveryEnabled) return;
    const socket = createSocket("udp4");
    socket.on("message", (datagram, from) => this.#handleDatagram(datagram, from));
    socket.bind(settings.port, bindAddress);
    await once(socket, "listening");
    socket.on("error", (error) =>
      this.#options.log.warning("discovery socket error", { reason: messageOf(error) }),
    );
    this.#socket = socket;
  }

  /** Synchronises state, expires silent peers and announces this server. */
  async refresh(): Promise<void> {
    await this.#syncSharedState().catch(() => {
      this.#members = [];
      this.#leader = undefined;
    });
    const silentSince = Date.now() - this.#options.settings.peerTimeoutSeconds * 1000;
    for (const [server, { lastSeenAt }] of this.#peers)
      if (lastSeenAt < silentSince) this.#peers.delete(server);
    if (this.#socket === undefined) return;
    for (const [address, port] of await this.#targets()) this.#send("announce", address, port);
  }

  /** Announces that this server leaves and closes the socket. */
  async stop(): Promise<void> {
    for (const { address } of this.#peers.values()) {
      const [host = "", port = ""] = address.split(":");
      this.#send("leave", host, Number(port));
    }
    const { shared, settings } = this.#options;
    if (settings.enabled) {
      await shared?.resign().catch(() => undefined);
      await shared?.leave().catch(() => undefined);
    }
    const closed = this.#socket === undefined ? undefined : once(this.#socket, "close");
    // Closes after the pending datagrams, which `send` queues in order.
    setImmediate(() => this.#socket?.close());
    await closed;
  }

  async #syncSharedState(): Promise<void> {
    const { shared, settings, server, bindAddress, players } = this.#options;
    if (shared === undefined || !settings.enabled) return;
    // Other servers cannot send to a wildcard address, so they use the Service name instead.
    const reachable = settings.discoveryEnabled && bindAddress !== "0.0.0.0";
    await shared.register({
      server,
      players: players(),
      ...(reachable ? { discovery: `${bindAddress}:${settings.port}` } : {}),
    });
    this.#members = await shared.listOtherMembers(settings.maxPeers);
    this.#leader = await shared.electLeader();
  }

  async #targets(): Promise<readonly (readonly [string, number])[]> {
    const { settings } = this.#options;
    const named = settings.service === undefined ? [] : await this.#resolveService(settings.service);
    const registered = this.#members.flatMap(({ discovery }) => discovery ?? []);
    const all = new Set([...named.map((address) => `${address}:${settings.port}`), ...registered]);
    return [...all].map((target) => {
      const [host = "", port = ""] = target.split(":");
      return [host, Number(port)] as const;
    });
  }

  async #resolveService(name: string): Promise<readonly string[]> {
    try {
      const found = await lookup(name, { all: true, family: 4 });
      return found.map(({ address }) => address);
    } catch {
      // The name resolves only once the Service has ready endpoints.
      return [];
    }
  }

  #send(kind: Announcement["kind"], address: string, port: number): void {
    const { codec, server, metrics } = this.#options;
    const datagram = codec.encode({ v: 1, kind, server, sent_ms: Date.now(), ...this.#options.describe() });
    this.#socket?.send(datagram, port, address, (error) => {
      metrics.increment("spacetime_discovery_datagrams_total", {
        direction: "sent",
        result: error === null ? "ok" : "refused",
      });
    });
  }

  #handleDatagram(datagram: Buffer, from: RemoteInfo): void {
    const announcement = this.#options.codec.decode(datagram);
    const result = announcement === undefined ? "refused" : "ok";
    this.#options.metrics.increment("spacetime_discovery_datagrams_total", { direction: "received", result });
    if (announcement === undefined || announcement.server === this.#options.server) return;
    const { server, kind, state, players } = announcement;
    if (kind === "leave") {
      this.#peers.delete(server);
      return;
    }
    const known = this.#peers.has(server);
    if (!known && this.#peers.size >= this.#options.settings.maxPeers) return;
    const address = `${from.address}:${from.port}`;
    this.#peers.set(server, { server, address, state, players, lastSeenAt: Date.now() });
    if (!known && kind === "announce") this.#send("reply", from.address, from.port);
  }
}
