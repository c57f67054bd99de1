import { SECRET_OBJECTS } from "../../../components/secrets/secret-objects.ts";
import type { PolicyContext } from "../../context.ts";
import type { InputNode, Violation } from "../../input-node.ts";
import { nameOf, namespaceOf } from "../../lib/kubernetes.ts";
import { secretValues } from "../../lib/secret-references.ts";
import type { Rule } from "../../rule.ts";

type Layout = (typeof SECRET_OBJECTS)[number];

interface Subject {
  readonly layout: Layout;
  readonly namespace: InputNode;
}

function findSecret(context: PolicyContext, { layout }: Subject): InputNode | undefined {
  const name = new RegExp(`^${layout.name}-[0-9a-f]{10}$`);
  return context
    .ofKind("Secret")
    .find((secret) => namespaceOf(secret) === layout.namespace && name.test(nameOf(secret) ?? ""));
}

function missingKeys(secret: InputNode, layout: Layout): Violation[] {
  const keys = secretValues(secret).map(([key]) => key);
  return layout.entries
    .flatMap((entry) => (entry.kind === "generated" ? [entry.secret] : []))
    .filter((key) => !keys.includes(key))
    .map((key) => secret.at("stringData").violation(`Secret ${layout.name} has no key ${key}`));
}

export const requireDeclaredSecrets: Rule<Subject> = {
  name: "require-declared-secrets",
  items: ["pre.critical.secrets.secret-objects"],
  description: "Every declared Secret exists in its namespace with all generated keys.",
  explanation: "A pod whose Secret or key is missing does not start.",
  remediation:
    "Let the Secrets component create Secrets; it creates what components/secrets/secret-objects.ts declares.",
  subjects: (context) =>
    SECRET_OBJECTS.flatMap((layout) => {
      const namespace = context.ofKind("Namespace").find((node) => nameOf(node) === layout.namespace);
      return namespace === undefined ? [] : [{ layout, namespace }];
    }),
  check: (subject, context) => {
    const { layout, namespace } = subject;
    const secret = findSecret(context, subject);
    if (secret !== undefined) return missingKeys(secret, layout);
    return [
      namespace.at("metadata", "name").violation(`there is no Secret ${layout.name} in ${layout.namespace}`),
    ];
  },
};
