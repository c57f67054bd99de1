/** Marks the comment, so that later runs can update it. */
export const COMMENT_MARKER = "<!-- spacetime-vr plan -->";

/** GitHub accepts 65 536 characters per comment, shared by all environments; the artifact has the full reports. */
const MAX_REPORT_LENGTH = 12_000;

/** The output of `plan --diff` for one environment. */
interface PlanReport {
  readonly environment: string;
  readonly text: string;
}

/**
 * Renders the pull request comment. The reports are untrusted output of the pull request's code, so they are put in code fences that
 * they cannot close, and control and bidirectional characters are replaced.
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
    "### Planned changes",
    ...parts,
    `The full plan and the graph are in the [artifact of this run](${run}).`,
    "",
  ].join("\n\n");
}

/** Parses the pull request number from the untrusted artifact. */
export function parsePullRequestNumber(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text.trim()) ? Number(text.trim()) : undefined;
}

function sanitizeReport(text: string): string {
  const plain = text.replace(/[^\P{Cc}\n\t]|[\p{Bidi_Control}\u2028\u2029]/gu, "�").trimEnd();
  return plain.length <= MAX_REPORT_LENGTH
    ? plain
    : `${plain.slice(0, MAX_REPORT_LENGTH)}\n… truncated; the artifact has the full report`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>@`]/g, (found) => `&#${found.charCodeAt(0)};`).slice(0, 200);
}
