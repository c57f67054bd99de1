import { Resolver } from "node:dns/promises";
import { errorCode } from "../../components/shared/error-code.ts";

/** The servers of a zone as its parent names them, and which of them answer for it. */
export interface ZoneDelegation {
  readonly zone: string;
  readonly servers: readonly {
    readonly name: string;
    /** The serial number of the zone that the server returned. */
    readonly serial?: number;
    /** Why it did not return one. */
    readonly problem?: string;
  }[];
}

/** Finds the zone of a name and asks each of its servers; undefined if no zone above it is delegated. */
export type InspectZone = (name: string) => Promise<ZoneDelegation | undefined>;

export interface DnsOptions {
  readonly timeoutMs: number;
  /** The resolvers, as `address` or `address:port`. @default those of this machine */
  readonly resolvers?: readonly string[];
  /** The port of the zones' own servers. @default 53 */
  readonly port?: number;
}

/** Creates the client that inspects the delegation of zones. */
export function createDnsClient({ timeoutMs, resolvers, port = 53 }: DnsOptions): InspectZone {
  const open = (servers?: readonly string[]): Resolver => {
    const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
    if (servers !== undefined) resolver.setServers([...servers]);
    return resolver;
  };
  const recursive = open(resolvers);
  return async (name) => {
    for (const zone of parentZones(name)) {
      const names = await recursive.resolveNs(zone).catch(emptyIfNoRecord);
      if (names.length === 0) continue;
      const servers = await Promise.all(names.toSorted().map((server) => askServer(server, zone)));
      return { zone, servers };
    }
    return undefined;
  };

  /** Asks one server for the zone's start of authority, without a resolver in between. */
  async function askServer(name: string, zone: string): Promise<ZoneDelegation["servers"][number]> {
    try {
      const [address] = await recursive.resolve4(name);
      if (address === undefined) return { name, problem: "it has no IPv4 address" };
      const { serial } = await open([`${address}:${port}`]).resolveSoa(zone);
      return { name, serial };
    } catch (error) {
      return { name, problem: errorCode(error) ?? "no answer" };
    }
  }
}

/** The name and its parents, without the top-level domain, which is never delegated to an operator. */
export function parentZones(name: string): string[] {
  const labels = name.replace(/\.$/, "").split(".");
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
}

/** @throws every error other than that the name has no such record */
function emptyIfNoRecord(error: unknown): readonly string[] {
  if (["ENODATA", "ENOTFOUND"].includes(errorCode(error) ?? "")) return [];
  throw error;
}
