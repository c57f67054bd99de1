import { InputError, type Problem } from "../../components/shared/errors.ts";

export const PROFILES = ["steady", "ramp", "spike"] as const;

/** `steady`: one rate. `ramp`: rises to it. `spike`: a fifth of it, and all of it for a while in the middle. */
export type ProfileName = (typeof PROFILES)[number];

/** How much is asked of a target. */
export interface Profile {
  readonly name: ProfileName;
  readonly seconds: number;
  /** Requests per second at the most; 0 asks nothing over HTTP. */
  readonly rate: number;
  /** Requests that may be under way at the same time; each belongs to a client with a rate-limit bucket of its own. */
  readonly connections: number;
  /** Telemetry sessions held meanwhile. */
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
 * The most that one run may ask: enough to meet every limit and every bar of the description (300 requests a minute and
 * client, 128 telemetry clients and server), and no more than a mistyped number may cost whoever owns the target.
 */
export const PROFILE_MAXIMUMS = { seconds: 300, rate: 2000, connections: 256, sessions: 1000 } as const;

/** A ramp reaches its rate after this share of the time, and stays there for the rest. */
const RAMP_RATIO = 0.8;

/** A spike's share of the rate before and after it, and where it begins and ends. */
const SPIKE = { base: 0.2, from: 0.4, to: 0.6 } as const;

/** Requests that are due by a moment of a profile, counted from its start. @param at seconds */
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
      const within = Math.min(SPIKE.to, Math.max(SPIKE.from, share)) - SPIKE.from;
      return whole * (SPIKE.base * (share - within) + within);
    }
    default:
      return name satisfies never;
  }
}

const PROFILE_MINIMUMS = { seconds: 0.1, rate: 0, connections: 1, sessions: 0 } as const;

const UNITS = { seconds: "seconds", rate: "requests per second", connections: "", sessions: "" } as const;

/** @throws InputError naming every part of a profile that is out of bounds. */
export function validateProfile(profile: Profile): Profile {
  const problems = Object.entries(PROFILE_MAXIMUMS).flatMap(([name, most]): Problem[] => {
    const part = name as keyof typeof PROFILE_MAXIMUMS;
    const least = PROFILE_MINIMUMS[part];
    const value = profile[part];
    const isCounted = part === "connections" || part === "sessions";
    const isRight = Number.isFinite(value) && (!isCounted || Number.isInteger(value));
    if (isRight && value >= least && value <= most) return [];
    const unit = UNITS[part] === "" ? "" : ` ${UNITS[part]}`;
    return [
      {
        subject: `--${part === "seconds" ? "duration" : part}`,
        value: String(value),
        rule: `must be ${isCounted ? "a whole number " : ""}from ${least} to ${most}${unit}`,
        remedy:
          "The load is bounded on purpose: use a smaller value, or measure capacity with a dedicated tool.",
      },
    ];
  });
  if (profile.rate === 0 && profile.sessions === 0) {
    problems.push({
      subject: "--rate and --sessions",
      value: "0",
      rule: "cannot both be 0: nothing would be asked",
      remedy: "Give one of them.",
    });
  }
  if (problems.length > 0) throw new InputError("Invalid load profile:", problems);
  return profile;
}
