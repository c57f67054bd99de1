import { InputError, type Problem } from "../../components/shared/errors.ts";

export const PROFILES = ["steady", "ramp", "spike"] as const;

/** `steady`: constant rate. `ramp`: rises to the rate. `spike`: a fifth of the rate, and the full rate in the middle. */
export type ProfileName = (typeof PROFILES)[number];

/** The amount of load. */
export interface Profile {
  readonly name: ProfileName;
  readonly seconds: number;
  /** Maximum requests per second; 0 sends no HTTP requests. */
  readonly rate: number;
  /** Maximum concurrent requests; each connection is a client with its own rate-limit bucket. */
  readonly connections: number;
  /** Telemetry sessions that are open during the load. */
  readonly sessions: number;
}

export const DEFAULT_PROFILE: Profile = {
  name: "steady",
  seconds: 10,
  rate: 50,
  connections: 16,
  sessions: 8,
};

/**
 * Maximum values of one run: sufficient to reach every limit of the design (300 requests per minute and client, 128
 * telemetry clients per server), and low enough that a mistyped number does not overload the target.
 */
export const PROFILE_MAXIMUMS = { seconds: 300, rate: 2000, connections: 256, sessions: 1000 } as const;

/** Share of the duration after which a ramp reaches its full rate. */
const RAMP_RATIO = 0.8;

/** Share of the rate outside the spike, and the start and end of the spike as shares of the duration. */
const SPIKE = { base: 0.2, from: 0.4, to: 0.6 } as const;

/** Number of requests that are due at a time. @param at seconds since the start */
export function requestsDueBy({ name, seconds, rate }: Profile, at: number): number {
  const share = Math.min(1, Math.max(0, at / seconds));
  const whole = seconds * rate;
  switch (name) {
    case "steady":
      return whole * share;
    case "ramp": {
      const rising = Math.min(share, RAMP_RATIO);
      return whole * (rising ** 2 / (2 * RAMP_RATIO) + (share - rising));
    }
    case "spike": {
      const spiking = Math.min(SPIKE.to, Math.max(SPIKE.from, share)) - SPIKE.from;
      return whole * (SPIKE.base * (share - spiking) + spiking);
    }
    default:
      return name satisfies never;
  }
}

const PROFILE_MINIMUMS = { seconds: 0.1, rate: 0, connections: 1, sessions: 0 } as const;

const UNITS = { seconds: "seconds", rate: "requests per second", connections: "", sessions: "" } as const;

/** @throws InputError that names every value out of range */
export function validateProfile(profile: Profile): Profile {
  const problems = Object.entries(PROFILE_MAXIMUMS).flatMap(([name, maximum]): Problem[] => {
    const part = name as keyof typeof PROFILE_MAXIMUMS;
    const minimum = PROFILE_MINIMUMS[part];
    const value = profile[part];
    const isCount = part === "connections" || part === "sessions";
    const isNumber = Number.isFinite(value) && (!isCount || Number.isInteger(value));
    if (isNumber && value >= minimum && value <= maximum) return [];
    const unit = UNITS[part] === "" ? "" : ` ${UNITS[part]}`;
    return [
      {
        subject: `--${part === "seconds" ? "duration" : part}`,
        value: String(value),
        rule: `must be ${isCount ? "a whole number " : ""}from ${minimum} to ${maximum}${unit}`,
        remedy:
          "The load is bounded on purpose: use a smaller value, or measure capacity with a dedicated tool.",
      },
    ];
  });
  if (profile.rate === 0 && profile.sessions === 0) {
    problems.push({
      subject: "--rate and --sessions",
      value: "0",
      rule: "cannot both be 0: the run would send nothing",
      remedy: "Set at least one of them.",
    });
  }
  if (problems.length > 0) throw new InputError("Invalid load profile:", problems);
  return profile;
}
