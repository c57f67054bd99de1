import { z } from "zod";
import { parseJson } from "../../components/shared/parse-json.ts";
import { CorruptFileError } from "./corrupt-file-error.ts";

/** What `release export` writes as `build.json` next to the servers. */
const BUILD_METADATA = z.strictObject({
  schema: z.literal(1),
  /** The version of the game. */
  version: z.string().min(1),
  /** Commit of the Godot project; null outside a git repository. */
  commit: z.string().nullable(),
  /** Whether the project had uncommitted changes. */
  dirty: z.boolean(),
  /** `godot --version`. */
  godot: z.string(),
  /** ISO 8601. */
  exportedAt: z.string(),
  presets: z.array(
    z.strictObject({ name: z.string(), platform: z.enum(["linux", "windows"]), executable: z.string() }),
  ),
});

export type BuildMetadata = z.infer<typeof BUILD_METADATA>;

/** @throws CorruptFileError if the text is not a `build.json`. */
export function parseBuildMetadata(text: string): BuildMetadata {
  const value = parseJson(text);
  if (value === undefined) throw new CorruptFileError("is not valid JSON");
  const result = BUILD_METADATA.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new CorruptFileError(
    `has an invalid value at ${issue?.path.join(".") || "its root"}: ${issue?.message ?? ""}`,
  );
}
