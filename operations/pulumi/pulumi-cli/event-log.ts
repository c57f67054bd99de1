import { readFileSync } from "node:fs";
import { z } from "zod";

/** The parts of the engine's events that explain a failure; the Automation API reads the same file. */
const eventSchema = z.looseObject({
  diagnosticEvent: z.object({ message: z.string(), severity: z.string() }).optional(),
  policyEvent: z
    .object({ policyName: z.string(), enforcementLevel: z.string(), message: z.string() })
    .optional(),
});

/** A line that a policy wrote, as the engine's own display has it. */
function formatPolicyEvent({
  enforcementLevel,
  policyName,
}: {
  enforcementLevel: string;
  policyName: string;
}): string {
  return `[${enforcementLevel}]  ${policyName}`;
}

/** What the events say, as lines like those of the display. A missing or half-written log says less, never fails. */
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

/** The lines of a log file; none when there is no file. */
export function readEventLog(path: string): string[] {
  try {
    return formatEvents(readFileSync(path, "utf8"));
  } catch {
    return [];
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Colours stand in events as `<{%fg 1%}>`. */
function stripMarkup(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, "").trim();
}
