import { BlockList, isIP } from "node:net";

/** Resolves the client address: the peer address or, behind a trusted proxy, X-Forwarded-For. */
export class ClientAddressResolver {
  readonly #trusted = new BlockList();
  readonly #known = new Map<string, boolean>();

  /** @param networks IPv4 networks (`10.0.0.0/8`) whose X-Forwarded-For is trusted. */
  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const [address = "", bits = "32"] = network.split("/");
      if (isIP(address) === 4 && Number(bits) <= 32) this.#trusted.addSubnet(address, Number(bits), "ipv4");
    }
  }

  /** Returns the last address that is not a trusted proxy; clients can forge everything before it. */
  resolve(connection: string | undefined, forwardedFor: string | undefined): string {
    const direct = stripIpv4MappedPrefix(connection ?? "unknown");
    if (forwardedFor === undefined || !this.#isTrusted(direct)) return direct;
    const hops = forwardedFor.split(",", 32).map((hop) => stripIpv4MappedPrefix(hop.trim()));
    const client = hops.findLast((hop) => isIP(hop) !== 0 && !this.#isTrusted(hop));
    return client ?? hops.find((hop) => isIP(hop) !== 0) ?? direct;
  }

  #isTrusted(address: string): boolean {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const trusted = isIP(address) === 4 && this.#trusted.check(address, "ipv4");
    if (this.#known.size > 1000) this.#known.clear();
    this.#known.set(address, trusted);
    return trusted;
  }
}

/** Removes the `::ffff:` prefix that a dual-stack socket adds to an IPv4 address. */
function stripIpv4MappedPrefix(address: string): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
