import type { Config } from "../config.ts";

import { internalTlsServers } from "./internal-tls-servers.ts";

/** The public certificate's source, and the servers that get an internal one. */
export function certificatesConfig(config: Config) {
  const { certificates: source, credentials, environment, gateway } = config;
  const common = { environment, domain: gateway.domain, servers: internalTlsServers(config) };
  if (source.kind !== "imported") return { ...common, source };
  const { tlsPrivateKey: privateKey } = credentials;
  if (privateKey === undefined)
    throw new Error("An imported certificate without its key passed cross-field validation.");
  const { kind, certificateChain } = source;
  return { ...common, source: { kind, certificateChain, privateKey } };
}
