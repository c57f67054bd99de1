import type { Silence } from "./types.ts";

/** The creator of managed silences; silences of operators are not changed. */
const SILENCE_CREATED_BY = "spacetime-vr config";

/** The silences file, one per line; the comment contains the author and the reason. */
export function renderSilencesFile(silences: readonly Silence[]): string {
  if (silences.length === 0) return "[]\n";
  const entries = silences.map(({ comment, author, startsAt, endsAt, matchers }) => ({
    matchers: Object.entries(matchers).map(([name, value]) => ({
      name,
      value,
      isRegex: false,
      isEqual: true,
    })),
    // UTC with a fixed length, because the script compares them as strings.
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    createdBy: SILENCE_CREATED_BY,
    comment: `${comment} (${author})`,
  }));
  return `[\n${entries.map((entry) => JSON.stringify(entry)).join(",\n")}\n]\n`;
}

/** Prints the silences that have not expired, separated by commas. Quotes in comments are escaped, so a comment cannot match the key. */
const UNEXPIRED_SILENCES_AWK =
  'match($0, /"endsAt":"[^"]*"/) && substr($0, RSTART + 10, RLENGTH - 11) > now { sub(/,$/, ""); printf "%s%s", comma, $0; comma = "," }';

/**
 * A shell fragment that expires the managed silences and imports those of the file. Expired entries of the file are skipped,
 * because Alertmanager rejects them and the whole import would fail.
 * @param amtool the amtool command with its options, as a shell fragment.
 */
export function renderApplySilencesScript(amtool: string, file: string): string {
  return [
    `old=$(${amtool} silence query -q --created-by='${SILENCE_CREATED_BY}')`,
    `if [ -n "$old" ]; then ${amtool} silence expire $old; fi`,
    "now=$(date -u +%Y-%m-%dT%H:%M:%S.000Z)",
    `live=$(awk -v now="$now" '${UNEXPIRED_SILENCES_AWK}' ${file})`,
    // amtool treats an empty list as an error.
    'if [ -z "$live" ]; then exit 0; fi',
    `printf '[%s]' "$live" | ${amtool} silence import`,
  ].join("\n");
}
