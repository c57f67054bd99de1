import type { InputNode } from "../../input-node.ts";
import type { Rule } from "../../rule.ts";

/** Patterns of example values and placeholders, with a description for messages. */
const EXAMPLE_PATTERNS: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  {
    pattern: /(^|[^a-z0-9-])example\.(com|net|org)(?![a-z0-9.-]*[a-z0-9])/i,
    what: "a name reserved for examples",
  },
  {
    pattern: /(^|[^0-9.])(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}/,
    what: "an address reserved for examples",
  },
  { pattern: /sha256:([0-9a-f])\1{63}/, what: "a placeholder digest" },
  { pattern: /^Z0+$/, what: "a placeholder zone ID" },
  { pattern: /^v0\.0\.0-eksbuild\.0$/, what: "a placeholder add-on version" },
  { pattern: /(^|[^0-9a-f])0{12}($|[^0-9a-f])/i, what: "an all-zero ID" },
  { pattern: /REPLACE_(WITH|ME)|CHANGE_?ME|\bYOUR[_-]|<your[ _-]/i, what: "a placeholder" },
];

/** The configured values of a resource. Labels only repeat other values, and keys and certificates are generated. */
function configuredLeaves(object: InputNode): readonly InputNode[] {
  const isTls = object.resource.type.startsWith("tls:");
  const parts = isTls ? [object.at("subject"), object.at("dnsNames")] : [object];
  return parts.flatMap(({ leaves }) => leaves).filter(({ path }) => !path.includes("labels"));
}

/** Resources without configured values to check: Secrets are masked, and admission policies repeat the image name. */
const SKIPPED_TYPES = /:Secret$|:admissionregistration\.k8s\.io/;

function isChecked({ resource: { type } }: InputNode): boolean {
  return /^(tls|aws):/.test(type) || (type.startsWith("kubernetes:") && !SKIPPED_TYPES.test(type));
}

export const disallowExampleValues: Rule<InputNode> = {
  name: "disallow-example-values",
  items: ["pre.hardening.example-values"],
  description: "No value is an example or a placeholder.",
  explanation:
    "The committed stack files contain example values so that they can be planned; those values must not be deployed.",
  remediation:
    "Replace the values marked `example` in the stack file; `npm run config -- validate` lists them.",
  subjects: (context) => context.resources.filter(isChecked),
  check: (object) =>
    configuredLeaves(object).flatMap((leaf) => {
      const { text } = leaf;
      const found =
        text === undefined ? undefined : EXAMPLE_PATTERNS.find(({ pattern }) => pattern.test(text));
      if (found === undefined) return [];
      const shown =
        text !== undefined && text.length <= 120 ? `${leaf.displayText} contains` : "the text contains";
      return [leaf.violation(`${shown} ${found.what}`)];
    }),
};
