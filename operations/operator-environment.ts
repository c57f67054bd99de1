import { constants } from "node:crypto";
import tls from "node:tls";

/** Variables that would weaken a command; an operator who set one expects an effect, so its removal is reported. */
const UNSAFE: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^NODE_TLS_REJECT_UNAUTHORIZED$/, "it disables the verification of TLS certificates"],
  [/^SSLKEYLOGFILE$/, "it writes TLS session keys to a file"],
  [
    /^PULUMI_OPTION_/,
    "it changes options of Pulumi, such as the config file or the preview before an update",
  ],
  [/^PULUMI_SKIP_CONFIRMATIONS$/, "it confirms updates without a question"],
  [/^PULUMI_DEBUG_GRPC$/, "it writes secrets to a file"],
];

/**
 * The settings of libpq, which the Postgres client reads too: an operator has them for other databases.
 * https://www.postgresql.org/docs/current/libpq-envars.html
 */
const POSTGRES_CLIENT = /^PG[A-Z]+$/;

/**
 * Removes from this process the variables that would weaken TLS, skip a safeguard of Pulumi or redirect a client library, so that neither it nor a program that it
 * starts uses them, and restores Node's own TLS defaults, which NODE_OPTIONS can weaken.
 * @returns a warning for each removed variable that an operator may have set on purpose.
 */
export function secureEnvironment(env: NodeJS.ProcessEnv): string[] {
  tls.DEFAULT_MIN_VERSION = "TLSv1.2";
  tls.DEFAULT_CIPHERS = constants.defaultCoreCipherList;
  for (const name of Object.keys(env)) if (POSTGRES_CLIENT.test(name)) delete env[name];
  return Object.keys(env).flatMap((name) => {
    const reason = UNSAFE.find(([pattern]) => pattern.test(name))?.[1];
    if (reason === undefined) return [];
    delete env[name];
    return [`warning: the environment variable ${name} is ignored, because ${reason}.`];
  });
}
