import { type ByteSource, readRange } from "../byte-source.ts";
import { CorruptFileError } from "../corrupt-file-error.ts";
import { isElf, readElf } from "./elf.ts";
import type { Executable } from "./executable.ts";
import { isPe, readPe } from "./pe.ts";

/** @throws CorruptFileError if the file is neither an ELF nor a PE executable. */
export function readExecutable(source: ByteSource): Executable {
  const head = readRange(source, 0, 4, "the executable header");
  if (isElf(head)) return readElf(source);
  if (isPe(head)) return readPe(source);
  throw new CorruptFileError("is neither an ELF nor a PE executable");
}
