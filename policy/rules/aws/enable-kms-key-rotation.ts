import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, requireEnabled } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

/** What AWS KMS takes: seven days to thirty. */
const MIN_DELETION_WINDOW_DAYS = 7;
const MAX_DELETION_WINDOW_DAYS = 30;

export const enableKmsKeyRotation: Rule<InputNode> = {
  name: "enable-kms-key-rotation",
  items: ["pre.infrastructure.envelope-encryption"],
  description: "Every KMS key of ours rotates, and is deleted only after a waiting time.",
  explanation:
    "A key that is never changed protects everything that was ever written; one deleted at once takes all of it along.",
  remediation: "Set enableKeyRotation, and a deletionWindowInDays of 30 in production.",
  subjects: (context) => context.ofType(AWS_TYPES.key),
  check: (key, { environment }) => {
    const window = key.at("deletionWindowInDays");
    const least = environment === "production" ? MAX_DELETION_WINDOW_DAYS : MIN_DELETION_WINDOW_DAYS;
    // AWS waits for the longest time where none is set.
    const days = window.exists ? (window.number ?? 0) : MAX_DELETION_WINDOW_DAYS;
    return [
      ...requireEnabled(key.at("enableKeyRotation"), "the key does not rotate"),
      ...(window.unknown || days < least
        ? [window.violation(`the key can be gone after ${window.displayText} days, fewer than ${least}`)]
        : []),
    ];
  },
};
