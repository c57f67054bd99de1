import { parse, stringify } from "yaml";
import { CONFIG_NAMESPACE } from "../../../components/config/config-path.ts";
import { OperationError } from "../../errors.ts";

/** A config value that a rollback does not revert. */
interface ForwardOnlySetting {
  /** The section of the stack file and the key in it; `*` means every key. */
  readonly section: string;
  readonly key: string;
  readonly why: string;
}

/** The forward-only settings. */
export const FORWARD_ONLY_SETTINGS: readonly ForwardOnlySetting[] = [
  { section: "secretVersions", key: "*", why: "an older version would restore a revoked secret" },
  { section: "database", key: "engineVersion", why: "a database engine cannot be downgraded in place" },
  { section: "redis", key: "engineVersion", why: "a Redis engine cannot be downgraded in place" },
  { section: "cluster", key: "version", why: "a Kubernetes control plane cannot be downgraded" },
];

/** A value that was kept or taken from a newer update. */
export interface KeptValue {
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

type Mapping = Record<string, unknown>;

interface MergeStackFileOptions {
  /** The stack file of the target update. */
  readonly target: string;
  /** The stack file of the current deployment. */
  readonly present: string;
  /** The plaintext config of every update after the target, by full key. */
  readonly later: readonly Readonly<Record<string, string>>[];
}

const ENCRYPTION_KEYS = ["encryptionsalt", "secretsprovider", "encryptedkey"] as const;

/**
 * Merges the stack file of a rollback: the old one with the newest forward-only values and the current secrets,
 * because an old credential may have been revoked.
 * @throws OperationError if an old secret can no longer be decrypted.
 */
export function mergeStackFile({ target, present, later }: MergeStackFileOptions): {
  readonly text: string;
  readonly kept: readonly KeptValue[];
} {
  const [old, now] = [asMapping(parse(target)), asMapping(parse(present))];
  const config = asMapping(old.config);
  const newer = [...later.map(parseSections), parseSections(asMapping(now.config))];
  const kept = FORWARD_ONLY_SETTINGS.flatMap((rule) => keepNewestValues(rule, config, newer));
  const secrets = keepCurrentSecrets(config, old, now);
  const encryption = Object.fromEntries(
    ENCRYPTION_KEYS.flatMap((key) => (key in now ? [[key, now[key]]] : [])),
  );
  return { text: stringify({ ...encryption, config }), kept: [...kept, ...secrets] };
}

function keepNewestValues(rule: ForwardOnlySetting, config: Mapping, newer: readonly Mapping[]): KeptValue[] {
  const { section, key, why } = rule;
  const place = `${CONFIG_NAMESPACE}:${section}`;
  const old = asMapping(config[place]);
  // A section of another kind is another data store, so its versions are not comparable.
  const alike = newer.map((sections) => asMapping(sections[section])).filter(({ kind }) => kind === old.kind);
  const keys = key === "*" ? [...new Set(alike.flatMap(Object.keys))] : [key];
  return keys.flatMap((name) => {
    const newest = alike.map((values) => values[name]).reduce(newerVersion, old[name]);
    if (newest === undefined || newest === old[name] || (key !== "*" && old[name] === undefined)) return [];
    const from = String(old[name] ?? "first");
    old[name] = newest;
    config[place] = old;
    return [{ path: `${section}.${name}`, from, to: String(newest), why }];
  });
}

/** Returns the newer of two versions, compared numerically. */
function newerVersion(one: unknown, other: unknown): unknown {
  if (one === undefined || other === undefined) return one ?? other;
  return compareVersions(String(one), String(other)) < 0 ? other : one;
}

/** Compares versions such as `7`, `18.6` and `1.35`; negative if the first is older. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((text) =>
    text.split(".").map((part) => Number.parseInt(part, 10) || 0),
  );
  for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index++) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function keepCurrentSecrets(config: Mapping, old: Mapping, now: Mapping): KeptValue[] {
  const present = asMapping(now.config);
  const sameKey = ENCRYPTION_KEYS.every((key) => old[key] === now[key]);
  return Object.entries(config).flatMap(([key, value]) => {
    if (!isEncrypted(value)) return [];
    if (!isEncrypted(present[key]) && !sameKey) {
      throw new OperationError(1, {
        subject: key,
        rule: "is a secret of that revision that the current stack file does not have, and the encryption key has changed since",
        remedy: `Set it again with \`pulumi config set --secret ${key}\`, commit, and deploy the old commit with \`up\`.`,
      });
    }
    if (!isEncrypted(present[key]) || JSON.stringify(present[key]) === JSON.stringify(value)) return [];
    config[key] = present[key];
    const why = "an old credential may have been revoked";
    return [
      {
        path: key.replace(`${CONFIG_NAMESPACE}:`, ""),
        from: "the credential at that revision",
        to: "the current one",
        why,
      },
    ];
  });
}

function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

/** Sections by name without the namespace; the history contains structured values as JSON text. */
function parseSections(config: Readonly<Record<string, unknown>>): Mapping {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith(`${CONFIG_NAMESPACE}:`)
        ? [[key.slice(CONFIG_NAMESPACE.length + 1), parseStructuredValue(value)]]
        : [],
    ),
  );
}

function parseStructuredValue(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function asMapping(value: unknown): Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
