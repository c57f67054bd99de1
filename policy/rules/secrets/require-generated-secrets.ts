import { SECRET_NAMES } from "../../../components/shared/secret-names.ts";
import type { PolicyContext } from "../../context.ts";
import type { InputNode, Violation } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import { podsOfWorkloads } from "../../lib/kubernetes.ts";
import { generatedSource, secretValues } from "../../lib/secret-references.ts";
import type { Rule } from "../../rule.ts";

const RANDOM_BYTES = "random:index/randomBytes:RandomBytes";

/** 256 bits: the minimum in the seed documents, and the key size of AES-256. */
const MIN_BYTES = 32;

interface SecretEntry {
  readonly name: string;
  readonly value: InputNode;
  /** The names of all secrets with this value. */
  readonly names: ReadonlySet<string>;
}

function secretEntries(context: PolicyContext): readonly SecretEntry[] {
  const generated: readonly string[] = SECRET_NAMES;
  const values = context
    .ofKind("Secret")
    .flatMap(secretValues)
    .filter(([key]) => generated.includes(key));
  const byValue = Map.groupBy(values, ([, value]) => value.text);
  return values.map(([name, value]) => {
    const same = byValue.get(value.text) ?? [];
    return { name, value, names: new Set(same.map(([other]) => other)) };
  });
}

/** The operator sets the password of an external database; a pod or an RDS instance of the plan uses a generated one. */
function isExternalPassword(context: PolicyContext, name: string): boolean {
  if (name !== "postgres-app-password") return false;
  return podsOfWorkloads(context, "postgres").length === 0 && context.ofType(AWS_TYPES.database).length === 0;
}

function lengthViolations(context: PolicyContext, resource: string): Violation[] {
  const source = context.ofType(RANDOM_BYTES).find((node) => node.resource.name === resource);
  const length = source?.at("length");
  if (length === undefined || (length.number ?? 0) >= MIN_BYTES) return [];
  return [length.violation(`only ${length.displayText} random bytes are generated`)];
}

export const requireGeneratedSecrets: Rule<SecretEntry> = {
  name: "require-generated-secrets",
  items: [
    "pre.critical.secrets.api-token",
    "pre.critical.secrets.grafana-password",
    "pre.critical.secrets.redis-password",
    "pre.security.secrets-random",
  ],
  description: "Each of the 13 secrets is generated from its own 32 random bytes.",
  explanation: "A chosen password can be guessed; the leak of a shared one compromises two services.",
  remediation:
    "Use the value from the Secrets component, which creates one RandomBytes of length 32 per name.",
  subjects: secretEntries,
  check: ({ name, value, names }, context) => {
    if (isExternalPassword(context, name)) return [];
    const source = generatedSource(value.text);
    const isRandom = context.ofType(RANDOM_BYTES).some(({ resource }) => resource.name === source?.resource);
    if (source === undefined || !isRandom)
      return [value.violation(`${name} is not generated from random bytes`)];
    const others = [...names].filter((other) => other !== name);
    return [
      ...lengthViolations(context, source.resource),
      ...others.map((other) => value.violation(`${name} and ${other} have the same value`)),
    ];
  },
};
