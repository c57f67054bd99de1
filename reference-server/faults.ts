import { InputError } from "../components/shared/errors.ts";

/**
 * What a test can break on purpose, to see that the check in charge notices. Only an option of `startServer` or the
 * flag `--fault` switches one on: no variable can, so no deployment can have one by mistake.
 */
export const FAULTS = {
  "no-auth": "every request passes, with or without a token",
  "no-rate-limit": "no request is ever answered with 429",
  "whitelist-off": "any scene may be loaded",
  "wrong-scene": "another scene than the configured one is loaded at the start",
  "slow-answers": "every answer takes two seconds longer",
  "server-errors": "every request is answered with 500",
  "expired-certificate": "the served certificate ended yesterday",
  "metrics-missing": "/metrics leaves out most of the contract's metrics",
  "websocket-refused": "every telemetry handshake is refused",
  "debug-port-open": "the debug adapters listen although they are switched off",
} as const;

/** The name of a fault. */
export type Fault = keyof typeof FAULTS;

/** Long enough to miss any target for an answer, short enough for a test. */
export const SLOW_RESPONSE_MS = 2000;

/** A scene that no whitelist holds. */
export const WRONG_SCENE = "res://tests/wrong_scene.tscn";

/**
 * The faults behind names from a command line.
 * @throws InputError naming each unknown one and the known ones.
 */
export function parseFaults(names: readonly string[]): readonly Fault[] {
  const known = Object.keys(FAULTS);
  const problems = names
    .filter((name) => !known.includes(name))
    .map((value) => ({
      subject: "--fault",
      value,
      rule: "is not a fault of the reference server",
      remedy: `Name one of: ${known.join(", ")}.`,
    }));
  if (problems.length > 0) throw new InputError("The server cannot be started:", problems);
  return names as readonly Fault[];
}
