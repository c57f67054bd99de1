import { z } from "zod";
import { InputError } from "../../components/shared/errors.ts";
import { parseJson } from "../../components/shared/parse-json.ts";
import { type ByteSource, withFile } from "../exports/byte-source.ts";

const BLOCK = 512;
const MAX_INDEX_BYTES = 1024 * 1024;

const indexSchema = z.object({
  manifests: z.tuple([z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) })]),
});

/**
 * The digest of the image in an OCI archive (OCI image layout in a tar), which its registry name has after it was pushed unchanged.
 * @throws InputError if the file is not an archive with one image.
 */
export function readImageDigest(path: string): string {
  const index = readIndex(path);
  const parsed = indexSchema.safeParse(parseJson(index ?? ""));
  if (parsed.success) return parsed.data.manifests[0].digest;
  throw imageError(path, "is not an OCI archive with one image", "Name the file that release image wrote.");
}

export function imageError(value: string, rule: string, remedy: string): InputError {
  return new InputError("The image cannot be packaged:", [{ subject: "--image", value, rule, remedy }]);
}

function readIndex(path: string): string | undefined {
  try {
    return withFile(path, findIndex);
  } catch {
    throw imageError(path, "cannot be read", "Name a file that you may read.");
  }
}

/** The content of index.json in a tar; the contents of other files are not read. */
function findIndex(source: ByteSource): string | undefined {
  const header = Buffer.alloc(BLOCK);
  for (let position = 0; source.read(header, position) === BLOCK; ) {
    const name = header.toString("latin1", 0, 100).replace(/\0.*$/s, "");
    const size = Number.parseInt(header.toString("latin1", 124, 136), 8);
    if (name === "" || !Number.isSafeInteger(size)) return undefined;
    position += BLOCK;
    if (/^(?:\.\/)?index\.json$/.test(name) && size <= MAX_INDEX_BYTES) {
      const content = Buffer.alloc(size);
      return content.toString("utf8", 0, source.read(content, position));
    }
    position += Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}
