import { stringify } from "yaml";
import { serviceHost } from "../../shared/flows.ts";
import { PATHS, WEB_USERS } from "../paths.ts";

/** The file of `--cluster.tls-config`. */
export const CLUSTER_FILE = "cluster.yml";

const PAIR = { cert_file: `${PATHS.tls}/tls.crt`, key_file: `${PATHS.tls}/tls.key` };

/** Gossip over mutual TLS: whoever joins could silence everything. */
export function clusterConfig(): string {
  return stringify({
    tls_server_config: {
      ...PAIR,
      client_ca_file: PATHS.authority,
      client_auth_type: "RequireAndVerifyClientCert",
    },
    // Peers are dialled by address; their certificate is for the name.
    tls_client_config: { ...PAIR, ca_file: PATHS.authority, server_name: serviceHost("alertmanager") },
  });
}

/** The `--http.config.file` of amtool. */
export function clientConfig(): string {
  return stringify({
    basic_auth: { username: WEB_USERS.alertmanager, password_file: PATHS.alertmanagerPassword },
    tls_config: { ca_file: PATHS.authority, server_name: serviceHost("alertmanager") },
  });
}
