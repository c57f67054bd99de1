import { constants } from "node:crypto";
import tls from "node:tls";

/** Variables that would weaken TLS; an operator who set one expects an effect, so its removal is reported. */
const TLS_WEAKENING: Readonly<Record<string, string>> = {
  NODE_TLS_REJECT_UNAUTHORIZED: "it disables the verification of TLS certificates",
  SSLKEYLOGFILE: "it writes TLS session keys to a file",
};

/**
 * The settings of libpq, which the Postgres client reads too: an operator has them for other databases.
 * https://www.postgresql.org/docs/current/libpq-envars.html
 */
const POSTGRES_CLIENT = /^PG[A-Z]+$/;

/**
 * Removes from this process the variables that would weaken TLS or redirect a client library, so that neither it nor a program that it
 * starts uses them, and restores Node's own TLS defaults, which NODE_OPTIONS can weaken.
 * @returns a warning for each removed variable that would have weakened TLS.
 */
export function secureEnvironment(env: NodeJS.ProcessEnv): string[] {
  tls.DEFAULT_MIN_VERSION = "TLSv1.2";
  tls.DEFAULT_CIPHERS = constants.defaultCoreCipherList;
  for (const name of Object.keys(env)) if (POSTGRES_CLIENT.test(name)) delete env[name];
  return Object.entries(TLS_WEAKENING).flatMap(([name, reason]) => {
    if (env[name] === undefined) return [];
    delete env[name];
    return [`warning: the environment variable ${name} is ignored, because ${reason}.`];
  });
}
