import { readFileSync } from "node:fs";
import { z } from "zod";
import { parseJson } from "../../../components/shared/parse-json.ts";

/** The parts of Pulumi's event log that explain a failure. The Automation API reads the same file. */
const eventSchema = z.looseObject({
  diagnosticEvent: z.object({ message: z.string(), severity: z.string() }).optional(),
  policyEvent: z
    .object({ policyName: z.string(), enforcementLevel: z.string(), message: z.string() })
    .optional(),
});

/** The output line of a policy violation, in Pulumi's display format. */
function formatPolicyEvent({
  enforcementLevel,
  policyName,
}: {
  enforcementLevel: string;
  policyName: string;
}): string {
  return `[${enforcementLevel}]  ${policyName}`;
}

/**
 * Formats the events as lines like those of Pulumi's display. A missing or truncated log yields fewer lines and no
 * error.
 */
export function formatEvents(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const event = eventSchema.safeParse(parseJson(line)).data;
    const { diagnosticEvent, policyEvent } = event ?? {};
    return [
      ...(diagnosticEvent === undefined
        ? []
        : [stripMarkup(`${diagnosticEvent.severity}: ${diagnosticEvent.message}`)]),
      ...(policyEvent === undefined ? [] : [formatPolicyEvent(policyEvent)]),
    ];
  });
}

/** The lines of a log file; empty if the file is missing. */
export function readEventLog(path: string): string[] {
  try {
    return formatEvents(readFileSync(path, "utf8"));
  } catch {
    return [];
  }
}

/** Removes colour markup such as `<{%fg 1%}>`. */
function stripMarkup(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, "").trim();
}
