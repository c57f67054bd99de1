import { mintFailedVerdict, mintToken, missingTokenVerdict } from "../access-token.ts";
import { defineCheck, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import type { Workload } from "../sources/kubernetes.ts";
import { LOG_SHIPPER, unplannedVerdict } from "../target/planned-objects.ts";
import { evaluateByEnvironment } from "./evaluate-by-environment.ts";

const group = "Observation";

/** A line is usually written within milliseconds; a busy disk takes longer. */
const LOG_POLL_INTERVALS_MS = [50, 150, 400, 1000, 2000];

export const logShipping = defineCheck({
  suite: "health",
  group,
  name: "log-shipping",
  title: "A log line that is written now appears in the log store.",
  findings: ["arrives"],
  run: (context) =>
    evaluateByEnvironment(context, ["arrives"], {
      cluster: ({ daemonSets }) => ({
        arrives: unplannedVerdict(context.target, LOG_SHIPPER) ?? evaluateLogShipper(daemonSets),
      }),
      processes: async () => ({ arrives: await evaluateLogDelivery(context) }),
      address: "logs are not available at an address",
    }),
});

export function evaluateLogShipper(daemonSets: readonly Workload[]): Verdict {
  const shipper = daemonSets.find(({ metadata }) => metadata.name.includes("fluent-bit"));
  const { desiredNumberScheduled: desired = 0, numberReady: ready = 0 } = shipper?.status ?? {};
  return passIf(desired > 0 && ready >= desired, {
    reason: shipper === undefined ? "No log shipper is running." : "Some nodes do not ship their logs.",
    expected: "Fluent Bit on every node",
    seen: `${ready} of ${desired} ready`,
    remedy: "Run: kubectl -n spacetime-monitoring describe daemonset fluent-bit.",
  });
}

/** Mints a token and searches for its subject, which the audit log contains. */
async function evaluateLogDelivery(context: CheckContext): Promise<Verdict> {
  const missing = missingTokenVerdict(context);
  if (missing !== undefined) return missing;
  const { logs, pause, run } = context;
  const subject = `${run}-log`;
  const { token, reply } = await mintToken(context, "observer", subject);
  if (token === undefined) return mintFailedVerdict(reply);
  for (const delayMs of LOG_POLL_INTERVALS_MS) {
    await pause(delayMs);
    if ((await logs?.())?.includes(subject) === true) return passIf(true, LOG_LINE_MISSING);
  }
  return passIf(false, LOG_LINE_MISSING);
}

const LOG_LINE_MISSING = {
  reason: "A new log line does not appear in the server's log.",
  expected: "the audit line of a token that was just minted",
  seen: "no such line",
  remedy: "Check GODOT_AUDIT_ENABLED, and the free disk space for .spacetime-vr/local/logs.",
};
