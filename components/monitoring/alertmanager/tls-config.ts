import { stringify } from "yaml";
import { serviceHost } from "../../shared/network/application-flows.ts";
import { MOUNT_PATHS, WEB_USERNAMES } from "../mount-paths.ts";

/** The file of `--cluster.tls-config`. */
export const CLUSTER_TLS_CONFIG_FILE = "cluster.yml";

const CERTIFICATE_FILES = { cert_file: `${MOUNT_PATHS.tls}/tls.crt`, key_file: `${MOUNT_PATHS.tls}/tls.key` };

/** Gossip over mutual TLS, because any cluster member can create silences. */
export function renderClusterTlsConfig(): string {
  return stringify({
    tls_server_config: {
      ...CERTIFICATE_FILES,
      client_ca_file: MOUNT_PATHS.authority,
      client_auth_type: "RequireAndVerifyClientCert",
    },
    // Peers are contacted by IP address, but their certificate contains the DNS name.
    tls_client_config: {
      ...CERTIFICATE_FILES,
      ca_file: MOUNT_PATHS.authority,
      server_name: serviceHost("alertmanager"),
    },
  });
}

/** The `--http.config.file` of amtool. */
export function renderAmtoolClientConfig(): string {
  return stringify({
    basic_auth: { username: WEB_USERNAMES.alertmanager, password_file: MOUNT_PATHS.alertmanagerPassword },
    tls_config: { ca_file: MOUNT_PATHS.authority, server_name: serviceHost("alertmanager") },
  });
}
