import type { Silence } from "./types.ts";

/** By this creator Alertmanager's silences are known to be ours: those of people stay untouched. */
export const CREATED_BY = "spacetime-vr config";

/** The file that `amtool silence import` reads; who asked and why stands in the comment. */
export function silencesFile(silences: readonly Silence[]): string {
  const entries = silences.map(({ comment, author, startsAt, endsAt, matchers }) => ({
    matchers: Object.entries(matchers).map(([name, value]) => ({
      name,
      value,
      isRegex: false,
      isEqual: true,
    })),
    startsAt,
    endsAt,
    createdBy: CREATED_BY,
    comment: `${comment} (${author})`,
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
}

/**
 * A shell fragment that makes Alertmanager's silences those of the file: ours from before end, those of the file begin.
 * Silences whose end has passed are left out by Alertmanager's own rule that an end must lie ahead.
 * @param amtool the command with its options, as a shell fragment.
 */
export function applySilences(amtool: string, file: string): string {
  return [
    `old=$(${amtool} silence query -q --created-by='${CREATED_BY}')`,
    `if [ -n "$old" ]; then ${amtool} silence expire $old; fi`,
    // amtool takes an empty list for a fault.
    `if [ "$(head -c 2 ${file})" = "[]" ]; then exit 0; fi`,
    `${amtool} silence import ${file}`,
  ].join("\n");
}
