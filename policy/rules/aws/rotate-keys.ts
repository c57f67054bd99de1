import { AWS, unlessOn } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

/** What AWS KMS takes: seven days to thirty. */
const SHORTEST_WINDOW_DAYS = 7;
const LONGEST_WINDOW_DAYS = 30;

export const rotateKeys: Rule<Node> = {
  name: "rotate-keys",
  items: ["pre.infrastructure.envelope-encryption"],
  description: "Every KMS key of ours rotates, and is deleted only after a waiting time.",
  explanation:
    "A key that is never changed protects everything that was ever written; one deleted at once takes all of it along.",
  remediation: "Set enableKeyRotation, and a deletionWindowInDays of 30 in production.",
  subjects: (context) => context.ofType(AWS.key),
  check: (key, { environment }) => {
    const window = key.at("deletionWindowInDays");
    const least = environment === "production" ? LONGEST_WINDOW_DAYS : SHORTEST_WINDOW_DAYS;
    // AWS waits for the longest time where none is set.
    const days = window.exists ? (window.number ?? 0) : LONGEST_WINDOW_DAYS;
    return [
      ...unlessOn(key.at("enableKeyRotation"), "the key does not rotate"),
      ...(window.unknown || days < least
        ? [window.violation(`the key can be gone after ${window.shown} days, fewer than ${least}`)]
        : []),
    ];
  },
};
