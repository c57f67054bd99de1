import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, requireEnabled } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

/** The limits of AWS KMS. */
const MIN_DELETION_WINDOW_DAYS = 7;
const MAX_DELETION_WINDOW_DAYS = 30;

export const enableKmsKeyRotation: Rule<InputNode> = {
  name: "enable-kms-key-rotation",
  items: ["pre.infrastructure.envelope-encryption"],
  description: "KMS keys rotate automatically and have a deletion waiting period.",
  explanation:
    "Without rotation, one key protects all data ever written; without a waiting period, deleting a key destroys that data immediately.",
  remediation: "Set enableKeyRotation: true, and deletionWindowInDays: 30 in production.",
  subjects: (context) => context.ofType(AWS_TYPES.key),
  check: (key, { environment }) => {
    const window = key.at("deletionWindowInDays");
    const least = environment === "production" ? MAX_DELETION_WINDOW_DAYS : MIN_DELETION_WINDOW_DAYS;
    // The AWS default is the maximum.
    const days = window.exists ? (window.number ?? 0) : MAX_DELETION_WINDOW_DAYS;
    return [
      ...requireEnabled(key.at("enableKeyRotation"), "key rotation is not enabled"),
      ...(window.unknown || days < least
        ? [window.violation(`the deletion window is ${window.displayText} days, fewer than ${least}`)]
        : []),
    ];
  },
};
