import { createHash, X509Certificate } from "node:crypto";
import type { Problem } from "../../../components/shared/errors.ts";
import { findValueDefect } from "../value-files.ts";

/** A stored secret, key or certificate. */
export interface StoredSecret {
  /** The directory of values that contains it: an environment, or the local deployment. */
  readonly source: string;
  readonly kind: "random" | "key" | "certificate";
  readonly path: string;
  readonly text: string;
  /** Permission bits; undefined where the file system has none. */
  readonly mode: number | undefined;
  /** When it was generated, in milliseconds since the epoch. */
  readonly created: number;
  /** A data key is replaced by re-encryption, so its age alone is no finding. */
  readonly isDataKey: boolean;
}

const DAY_MS = 86_400_000;

/** Quarterly rotation, as PCI DSS asks of passwords and as the guide describes. */
export const MAX_AGE_DAYS = 90;

/** Placeholders of templates and values that guides show. */
const PLACEHOLDER_PATTERN =
  /REPLACE_(WITH|ME)|CHANGE_?ME|\b(TODO|FIXME|TBD|example|placeholder|password|secret|planted)\b|^<.*>$|\$\{[^}]*\}|ref\+/i;

/** 32 random bytes have at least 20 different characters in base64 with a probability of almost 1, and at least 12 in hex. */
const MIN_DIFFERENT_CHARACTERS = { base64: 16, hex: 10 } as const;

/** Judges stored secrets; the findings contain no value. */
export function auditValues(secrets: readonly StoredSecret[], now: number): Problem[] {
  return [...secrets.flatMap((secret) => auditValue(secret, now)), ...findSharedValues(secrets)];
}

function auditValue(secret: StoredSecret, now: number): Problem[] {
  const finding = (rule: string, remedy: string): Problem => ({ subject: secret.path, rule, remedy });
  const defect = findValueDefect(secret.kind, secret.text);
  const mode = secret.mode === undefined ? 0 : secret.mode & 0o077;
  return [
    ...(mode === 0 || secret.kind === "certificate"
      ? []
      : [
          finding(
            `is accessible to other users (mode 0${((secret.mode ?? 0) & 0o777).toString(8)})`,
            "Run chmod 600 on it, then rotate it.",
          ),
        ]),
    ...(defect === undefined ? [] : [finding(defect, "Restore it from a copy, or rotate it.")]),
    ...(defect === undefined ? auditContent(secret, now, finding) : []),
  ];
}

function auditContent(
  { kind, text, created, isDataKey }: StoredSecret,
  now: number,
  finding: (rule: string, remedy: string) => Problem,
): Problem[] {
  if (kind === "certificate") return auditCertificate(new X509Certificate(text), now, finding);
  if (kind === "key") return [];
  const days = Math.floor((now - created) / DAY_MS);
  const isPlaceholder = PLACEHOLDER_PATTERN.test(text);
  const minimum = /^[0-9a-f]+$/i.test(text) ? MIN_DIFFERENT_CHARACTERS.hex : MIN_DIFFERENT_CHARACTERS.base64;
  return [
    ...(isPlaceholder ? [finding("is a placeholder", "Rotate it.")] : []),
    ...(!isPlaceholder && new Set(text).size < minimum
      ? [finding("is weak: it has too few different characters to be random", "Rotate it.")]
      : []),
    ...(days > MAX_AGE_DAYS && !isDataKey
      ? [finding(`is ${days} days old (at most ${MAX_AGE_DAYS})`, "Rotate it (docs/secrets.md).")]
      : []),
  ];
}

function auditCertificate(
  certificate: X509Certificate,
  now: number,
  finding: (rule: string, remedy: string) => Problem,
): Problem[] {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (to <= now) return [finding(`expired on ${certificate.validTo}`, "Renew it now: clients reject it.")];
  if (to - now > (to - from) / 3) return [];
  return [
    finding(
      `expires in ${Math.floor((to - now) / DAY_MS)} days`,
      "Renew it: secrets generate with --rotate.",
    ),
  ];
}

/** Values that protect two things, so that a leak of one is a leak of the other. */
function findSharedValues(secrets: readonly StoredSecret[]): Problem[] {
  const private_ = secrets.filter(({ kind, text }) => kind !== "certificate" && text.trim() !== "");
  const byDigest = Map.groupBy(private_, ({ text }) =>
    createHash("sha256").update(text.trim()).digest("hex"),
  );
  return [...byDigest.values()]
    .filter((same) => same.length > 1)
    .map((same) => ({
      subject: same.map(({ path }) => path).join(", "),
      rule: "have the same value",
      remedy: "Rotate all but one: a secret must protect one thing in one environment.",
    }));
}
