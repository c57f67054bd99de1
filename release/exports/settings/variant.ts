import { CorruptFileError } from "../corrupt-file-error.ts";

/** A value of a project setting. Types that no check needs are opaque. */
export type Variant =
  | { readonly kind: "nil" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "opaque"; readonly type: number };

/** Type numbers and the flag for 64-bit values of core/io/marshalls.cpp, Godot 4. */
const TYPE_MASK = 0xff;
const FLAG_64 = 1 << 16;
const NIL = 0;
const BOOL = 1;
const INT = 2;
const FLOAT = 3;
const STRING = 4;
const STRING_NAME = 21;
/** PackedStringArray in Godot 4; in Godot 3, PoolStringArray has the number 23. */
const STRING_ARRAY = 34;

/**
 * Decodes a serialized value (Variant) of Godot.
 * @param name names the value in the error.
 * @throws CorruptFileError
 */
export function decodeVariant(bytes: Buffer, name: string): Variant {
  const reader = new Reader(bytes, name);
  const header = reader.u32();
  const wide = (header & FLAG_64) !== 0;
  const type = header & TYPE_MASK;
  switch (type) {
    case NIL:
      return { kind: "nil" };
    case BOOL:
      return { kind: "bool", value: reader.u32() !== 0 };
    case INT:
      return {
        kind: "number",
        value: wide ? Number(reader.take(8).readBigInt64LE()) : reader.take(4).readInt32LE(),
      };
    case FLOAT:
      return { kind: "number", value: wide ? reader.take(8).readDoubleLE() : reader.take(4).readFloatLE() };
    case STRING:
    case STRING_NAME:
      return { kind: "string", value: reader.string() };
    case STRING_ARRAY:
      return { kind: "strings", value: reader.strings() };
    default:
      return { kind: "opaque", type };
  }
}

class Reader {
  readonly #bytes: Buffer;
  readonly #name: string;
  #position = 0;

  constructor(bytes: Buffer, name: string) {
    this.#bytes = bytes;
    this.#name = name;
  }

  take(length: number): Buffer {
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new CorruptFileError("has a value that is truncated", this.#name);
    const taken = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return taken;
  }

  u32(): number {
    return this.take(4).readUInt32LE();
  }

  string(): string {
    const length = this.u32();
    const text = this.take(length).toString("utf8");
    // Strings are padded to a multiple of four bytes; the last one of a value may lack its padding.
    this.#position = Math.min(this.#bytes.length, this.#position + ((4 - (length % 4)) % 4));
    return text;
  }

  strings(): string[] {
    const count = this.u32();
    if (count > this.#bytes.length)
      throw new CorruptFileError("has a list with an impossible length", this.#name);
    // Elements of a packed array end with NUL.
    return Array.from({ length: count }, () => this.string().replace(/\0$/, ""));
  }
}
