/** The name of a WAL segment in pgBackRest's archive: 24 hexadecimal digits, the SHA-1 of its content, the compression. */
const ARCHIVED_SEGMENT = /(?:^|\/)(?<segment>[0-9A-F]{24})-(?<sha1>[0-9a-f]{40})(?:\.\w+)?$/;

/** A WAL segment of the archive. */
export interface ArchivedSegment {
  /** Relative to the repository. */
  readonly path: string;
  readonly segment: string;
  readonly sha1: string;
}

/** Parses the path of an archived WAL segment; undefined for other files. */
export function parseArchivedSegment(path: string): ArchivedSegment | undefined {
  const found = ARCHIVED_SEGMENT.exec(path)?.groups;
  if (found?.segment === undefined || found.sha1 === undefined) return undefined;
  return { path, segment: found.segment, sha1: found.sha1 };
}

/** The segment that a file of the archive belongs to, such as the label of a base backup; undefined for other files. */
export function segmentOfPath(path: string): string | undefined {
  return /(?:^|\/)([0-9A-F]{24})[.-]/.exec(path)?.[1];
}

/** Segments of 16 MiB: the last eight digits count to 0xFF, then the eight before them increase. */
const SEGMENTS_PER_FILE_ID = 0x1_00;

/** The position of a segment in its timeline. */
export function segmentNumber(segment: string): number {
  return (
    Number.parseInt(segment.slice(8, 16), 16) * SEGMENTS_PER_FILE_ID +
    Number.parseInt(segment.slice(16, 24), 16)
  );
}

export function segmentTimeline(segment: string): number {
  return Number.parseInt(segment.slice(0, 8), 16);
}

function formatSegment(timeline: number, number: number): string {
  const digits = (value: number): string => value.toString(16).toUpperCase().padStart(8, "0");
  return (
    digits(timeline) +
    digits(Math.floor(number / SEGMENTS_PER_FILE_ID)) +
    digits(number % SEGMENTS_PER_FILE_ID)
  );
}

/**
 * Returns the segments that are missing between the first and the last one, on the last one's timeline or, after a restore, on an
 * earlier one. Replay needs every segment number once.
 */
export function findMissingSegments(present: readonly string[], first: string, last: string): string[] {
  const numbers = new Set(
    present.filter((segment) => segmentTimeline(segment) <= segmentTimeline(last)).map(segmentNumber),
  );
  const missing: string[] = [];
  for (let number = segmentNumber(first); number <= segmentNumber(last); number += 1) {
    if (!numbers.has(number)) missing.push(formatSegment(segmentTimeline(last), number));
  }
  return missing;
}
