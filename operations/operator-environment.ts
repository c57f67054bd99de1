import { constants } from "node:crypto";
import tls from "node:tls";
import { InputError } from "../components/shared/errors.ts";

/** Variables that would weaken a command or redirect a client library, with the reason that is reported; without one, silently. */
const UNSAFE: readonly (readonly [pattern: RegExp, reason?: string])[] = [
  [/^NODE_TLS_REJECT_UNAUTHORIZED$/, "it disables the verification of TLS certificates"],
  [/^SSLKEYLOGFILE$/, "it writes TLS session keys to a file"],
  [
    /^PULUMI_OPTION_/,
    "it changes options of Pulumi, such as the config file or the preview before an update",
  ],
  [/^PULUMI_SKIP_CONFIRMATIONS$/, "it confirms updates without a question"],
  [/^PULUMI_DEBUG_GRPC$/, "it writes secrets to a file"],
  // The settings of libpq, which the Postgres client reads too; an operator has them for other databases.
  // https://www.postgresql.org/docs/current/libpq-envars.html
  [/^PG[A-Z]+$/],
];

/**
 * Rejects options of Node that take effect before this program runs, so that it cannot undo them.
 * @throws InputError that names the option.
 */
export function rejectUnsafeNodeOptions(options: readonly string[]): void {
  const unsafe = options.find((option) => /^--tls[-_]keylog(=|$)/.test(option));
  if (unsafe === undefined) return;
  throw new InputError("This command cannot run with these options of Node:", [
    {
      subject: "NODE_OPTIONS",
      value: "--tls-keylog",
      rule: "writes the keys of every TLS connection to a file",
      remedy: "Remove it from NODE_OPTIONS, then run this again.",
    },
  ]);
}

/**
 * Removes the unsafe variables, so that neither this process nor a program that it starts uses them, and restores Node's own TLS defaults,
 * which NODE_OPTIONS can weaken.
 * @returns a warning for each removed variable that an operator may have set on purpose.
 */
export function secureEnvironment(env: NodeJS.ProcessEnv): string[] {
  tls.DEFAULT_MIN_VERSION = "TLSv1.2";
  tls.DEFAULT_CIPHERS = constants.defaultCoreCipherList;
  return Object.keys(env).flatMap((name) => {
    const unsafe = UNSAFE.find(([pattern]) => pattern.test(name));
    if (unsafe === undefined) return [];
    delete env[name];
    const [, reason] = unsafe;
    return reason === undefined
      ? []
      : [`warning: the environment variable ${name} is ignored, because ${reason}.`];
  });
}
