import { InputError } from "../components/shared/errors.ts";

/**
 * Faults that a test injects to verify that the responsible check fails. Only an option of `startServer` or the flag
 * `--fault` enables one; no variable does, so no deployment can have one by mistake.
 */
export const FAULTS = {
  "no-auth": "every request is accepted, with or without a token",
  "no-rate-limit": "no request is rejected with 429",
  "whitelist-off": "any scene may be loaded",
  "wrong-scene": "a scene other than the configured one is loaded at startup",
  "slow-answers": "every response is delayed by two seconds",
  "server-errors": "every request fails with 500",
  "expired-certificate": "the served certificate expired yesterday",
  "metrics-missing": "/metrics omits most metrics of the contract",
  "websocket-refused": "every telemetry handshake is rejected",
  "debug-port-open": "the debug adapters listen although they are disabled",
} as const;

/** The name of a fault. */
export type Fault = keyof typeof FAULTS;

/** Long enough to miss any response-time target, short enough for a test. */
export const SLOW_RESPONSE_MS = 2000;

/** A scene that is in no whitelist. */
export const WRONG_SCENE = "res://tests/wrong_scene.tscn";

/**
 * Parses the fault names of the command line.
 * @throws InputError that lists each unknown name and the valid ones.
 */
export function parseFaults(names: readonly string[]): readonly Fault[] {
  const known = Object.keys(FAULTS);
  const problems = names
    .filter((name) => !known.includes(name))
    .map((value) => ({
      subject: "--fault",
      value,
      rule: "is not a known fault",
      remedy: `Use one of: ${known.join(", ")}.`,
    }));
  if (problems.length > 0) throw new InputError("The server cannot start:", problems);
  return names as readonly Fault[];
}
