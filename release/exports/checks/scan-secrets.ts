import { basename } from "node:path/posix";
import { zstdDecompressSync } from "node:zlib";

/** Names of files that hold secrets. */
const SECRET_NAMES: readonly (readonly [pattern: RegExp, rule: string])[] = [
  [/^\.env(\.|$)/, "is an environment file with secrets"],
  [/\.(key|p12|pfx|jks|keystore)$/i, "is a key file"],
  [/^id_(rsa|dsa|ecdsa|ed25519)$/, "is a private SSH key"],
  [/^(credentials|secrets?)\.(json|cfg|txt|ya?ml|ini|tres)$/i, "is a file with credentials"],
];

/** Texts that only secrets contain, or placeholders for them. Formats: the rules of gitleaks and the documents of the issuers. */
const SECRET_TEXTS: readonly (readonly [marker: string, pattern: RegExp, rule: string])[] = [
  ["PRIVATE KEY", /-----BEGIN ([A-Z ]+ )?PRIVATE KEY( BLOCK)?-----/, "contains a private key"],
  ["AKIA", /\bAKIA[0-9A-Z]{16}\b/, "contains an AWS access key ID"],
  ["ASIA", /\bASIA[0-9A-Z]{16}\b/, "contains an AWS session key ID"],
  ["ghp_", /\bghp_[0-9A-Za-z]{36}\b/, "contains a GitHub token"],
  ["github_pat_", /\bgithub_pat_[0-9A-Za-z_]{82}\b/, "contains a GitHub token"],
  ["xox", /\bxox[abpr]-[0-9A-Za-z-]{10,}/, "contains a Slack token"],
  ["hooks.slack.com", /hooks\.slack\.com\/services\/T\w+\/B\w+\/\w+/, "contains a Slack webhook"],
  ["discord", /discord(app)?\.com\/api\/webhooks\/\d+\/[\w-]{60,}/, "contains a Discord webhook"],
  ["sk_live_", /\bsk_live_[0-9A-Za-z]{24,}/, "contains a Stripe key"],
  ["AIza", /\bAIza[0-9A-Za-z_-]{35}\b/, "contains a Google API key"],
  ["eyJ", /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/, "contains a JSON Web Token"],
  ["REPLACE_WITH_", /REPLACE_WITH_[A-Z_]+/, "contains a placeholder for a secret"],
  [
    "://",
    /\b(postgres(ql)?|rediss?|mysql|mongodb(\+srv)?):\/\/[^\s:@/]+:[^\s@/]{3,}@/,
    "contains a database URL with a password",
  ],
];

/** Larger files are assets; a secret is a small file or a line in one. */
export const MAX_SCANNED_BYTES = 1024 * 1024;

/** Extensions of compressed or binary assets in which texts occur only by chance. */
const BINARY =
  /\.(ctex|stex|s3tc|etc2|oggvorbisstr|ogg|mp3|mp3str|wav|sample|png|jpg|webp|mesh|fontdata|ttf|otf|glb|res\.zst)$/;

/** Returns why a file must not be shipped because of its name; undefined if there is no reason. */
export function secretByName(path: string): string | undefined {
  const name = basename(path).replace(/\.(remap|import)$/, "");
  return SECRET_NAMES.find(([pattern]) => pattern.test(name))?.[1];
}

/** Returns the kind of secret in a content; undefined if there is none. */
export function secretInContent(path: string, stored: Buffer): string | undefined {
  if (BINARY.test(path)) return undefined;
  const content = path.endsWith(".gdc") ? scriptConstants(stored) : stored;
  for (const [marker, pattern, rule] of SECRET_TEXTS) {
    // Searching bytes is much faster than decoding every file.
    if (content.includes(marker, 0, "latin1") && pattern.test(content.toString("latin1"))) return rule;
  }
  return undefined;
}

/** Magic bytes, version, and size of the tokens if they are compressed (modules/gdscript/gdscript_tokenizer_buffer.cpp). */
const SCRIPT_MAGIC = "GDSC";
const SCRIPT_HEADER_BYTES = 12;
const MAX_SCRIPT_BYTES = 16 * 1024 * 1024;

/** The tokens of a compiled script, which contain its constants as text. */
function scriptConstants(stored: Buffer): Buffer {
  if (stored.length < SCRIPT_HEADER_BYTES || stored.toString("latin1", 0, 4) !== SCRIPT_MAGIC) return stored;
  const size = stored.readUInt32LE(8);
  if (size === 0 || size > MAX_SCRIPT_BYTES) return stored;
  try {
    return zstdDecompressSync(stored.subarray(SCRIPT_HEADER_BYTES), { maxOutputLength: size });
  } catch {
    return stored;
  }
}

const ARCHIVE_HEADS: readonly Buffer[] = [
  Buffer.from("GDPC"),
  Buffer.from("PK\x03\x04"),
  Buffer.from("\x1f\x8b\x08", "latin1"),
  Buffer.from("\x7fELF", "latin1"),
  Buffer.from("7z\xbc\xaf", "latin1"),
];

/** Whether a content begins like a pack, an archive or a program. */
export function isArchive(head: Buffer): boolean {
  return ARCHIVE_HEADS.some((magic) => head.subarray(0, magic.length).equals(magic));
}
