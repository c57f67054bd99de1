import { pods } from "../../lib/kubernetes.ts";
import { keysOfSecret, type SecretReference, secretReferences } from "../../lib/secret-references.ts";
import type { Rule } from "../../rule.ts";

export const disallowDanglingSecretReferences: Rule<SecretReference> = {
  name: "disallow-dangling-secret-references",
  items: ["pre.critical.secrets.secret-objects", "pre.critical.tls.gateway-secret"],
  description: "Every Secret and key that a pod references exists in this deployment.",
  explanation: "A pod that references a missing Secret never starts.",
  remediation: "Use the name that the component returns, not a string literal.",
  subjects: (context) => pods(context).flatMap(secretReferences),
  check: ({ pod, name, keys }, context) => {
    const present = keysOfSecret(context, pod.namespace, name.text);
    if (present === undefined)
      return [name.violation(`there is no Secret ${name.displayText} in ${pod.namespace}`)];
    return keys
      .filter(({ text }) => text === undefined || !present.includes(text))
      .map((key) => key.violation(`Secret ${name.displayText} has no key ${key.displayText}`, name));
  },
};
