/** A file that does not follow its format. Each kind of corruption has its own rule. */
export class CorruptFileError extends Error {
  /** The violated rule, as the end of a sentence: "is truncated in its header". */
  readonly rule: string;
  /** The part of the file, such as the path of a pack entry; undefined for the whole file. */
  readonly part: string | undefined;

  constructor(rule: string, part?: string) {
    super(part === undefined ? rule : `${part} ${rule}`);
    this.name = "CorruptFileError";
    this.rule = rule;
    this.part = part;
  }
}
