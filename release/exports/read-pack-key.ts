import { errorCode } from "../../components/shared/error-code.ts";
import { InputError } from "../../components/shared/errors.ts";
import { readTextUpTo } from "../../components/shared/read-text-up-to.ts";

/** The variable that names a file with the key: a key on the command line would be in the process list. */
const KEY_FILE = "SPACETIME_VR_PACK_KEY_FILE";

/** The variable from which Godot's build reads the key; it holds the key itself. */
const GODOT_KEY = "SCRIPT_AES256_ENCRYPTION_KEY";

const KEY_PATTERN = /^[0-9a-fA-F]{64}$/;

/**
 * Reads the encryption key of packs; undefined if neither variable is set.
 * @throws InputError without the key in its text.
 */
export function readPackKey(env: NodeJS.ProcessEnv): Buffer | undefined {
  const path = env[KEY_FILE];
  const text = path === undefined || path === "" ? env[GODOT_KEY] : readKeyFile(path);
  if (text === undefined || text.trim() === "") return undefined;
  if (KEY_PATTERN.test(text.trim())) return Buffer.from(text.trim(), "hex");
  const subject = path === undefined || path === "" ? GODOT_KEY : `the file in ${KEY_FILE}`;
  throw invalidKey(subject, "must contain 64 hexadecimal digits", "Use the key of the export template.");
}

function readKeyFile(path: string): string {
  try {
    // A longer file is no key, whatever it contains.
    return readTextUpTo(path, 1024) ?? "too long";
  } catch (error) {
    throw invalidKey(
      KEY_FILE,
      `names ${path}, which cannot be read (${errorCode(error) ?? String(error)})`,
      "Name a file that you may read.",
    );
  }
}

function invalidKey(subject: string, rule: string, remedy: string): InputError {
  return new InputError("The encryption key of the pack is invalid:", [{ subject, rule, remedy }]);
}
