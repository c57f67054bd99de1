/** Finds the comment of an earlier run again. */
export const COMMENT_MARKER = "<!-- spacetime-vr plan -->";

/** GitHub takes 65 536 characters; a report that long is read in the artifact. */
const MAX_REPORT_LENGTH = 12_000;

/** One environment's difference, as `plan --diff` printed it. */
export interface PlanReport {
  readonly environment: string;
  readonly text: string;
}

/**
 * The comment of a pull request. The reports come from a run of its code, so they stand in fences that nothing in them can close, and
 * without what a terminal or a reader could be misled by.
 */
export function renderComment(reports: readonly PlanReport[], run: string): string {
  const parts = reports.map(({ environment, text }) => {
    const shown = sanitizeReport(text);
    const fence = "`".repeat(Math.max(3, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
    const [first = ""] = shown.split("\n");
    const summary = first.startsWith(`${environment}: `) ? escapeHtml(first) : environment;
    return `<details><summary>${summary}</summary>\n\n${fence}diff\n${shown}\n${fence}\n\n</details>`;
  });
  return [
    COMMENT_MARKER,
    "### What this changes",
    ...parts,
    `The graph and the whole plan: [artifact of the run](${run}).`,
    "",
  ].join("\n\n");
}

/** The pull request's number in an artifact, which may hold anything. */
export function parsePullRequestNumber(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text.trim()) ? Number(text.trim()) : undefined;
}

function sanitizeReport(text: string): string {
  const plain = text.replace(/[^\P{Cc}\n\t]|[\p{Bidi_Control}\u2028\u2029]/gu, "�").trimEnd();
  return plain.length <= MAX_REPORT_LENGTH
    ? plain
    : `${plain.slice(0, MAX_REPORT_LENGTH)}\n… cut; the artifact has all of it`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>@`]/g, (found) => `&#${found.charCodeAt(0)};`).slice(0, 200);
}
