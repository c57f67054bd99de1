import type { Team } from "../rules/types.ts";

/** Notification channels. A channel without a credential is `none`, because it could only fail. */
export interface Notifications {
  readonly email:
    | { readonly kind: "none" }
    | {
        readonly kind: "smtp";
        readonly host: string;
        readonly port: number;
        readonly from: string;
        readonly username: string;
        readonly to: string;
      };
  readonly slack:
    | { readonly kind: "none" }
    | { readonly kind: "webhook"; readonly channels: Readonly<Record<Team, string>> };
  readonly pagerduty: { readonly kind: "none" } | { readonly kind: "events" };
  readonly deadMansSwitch: { readonly kind: "none" } | { readonly kind: "webhook"; readonly url: string };
}

/** Hours (UTC) in which non-critical alerts are muted. */
export interface MuteTime {
  readonly name: string;
  readonly weekdays: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly severities: readonly ("warning" | "info")[];
}

/** A silence defined in the config. */
export interface Silence {
  readonly comment: string;
  readonly author: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly matchers: Readonly<Record<string, string>>;
}
