import type { Config } from "../config.ts";
import { formatConfigPath } from "../config-path.ts";
import { findPortConflicts, SERVER_PORT_VARIABLES } from "../port-conflicts.ts";
import { schemaAt } from "../schema/json-schema.ts";
import { createFinding, findingUnless, getText, requireInRange } from "./check-helpers.ts";
import { type ConfigText, listConfigTexts } from "./config-texts.ts";
import type { Check, Finding } from "./types.ts";

/** Common placeholders, such as `REPLACE_WITH_SECURE_TOKEN` in the seed documents. */
const PLACEHOLDER_PATTERN =
  /REPLACE_(WITH|ME)|CHANGE_?ME|\b(TODO|FIXME|TBD|XXX+)\b|\bYOUR[_-]|\$\{[^}]*\}|\{\{/i;

/** `<your token>`; a real credential may contain angle brackets, so for secrets the whole value must match. */
const ANGLE_BRACKETS_PATTERN = /<[^<>]+>/;

/** Names and addresses reserved for documentation, and values that only an example has. */
const EXAMPLE_PATTERNS: readonly { readonly pattern: RegExp; readonly source: string }[] = [
  { pattern: /(^|[.@/])example\.(com|net|org)(?![a-z0-9.-])/i, source: "RFC 2606" },
  { pattern: /\.(example|test|invalid)(?![a-z0-9.-])/i, source: "RFC 2606" },
  { pattern: /(^|[^0-9.])(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}/, source: "RFC 5737" },
  { pattern: /sha256:([0-9a-f])\1{63}$/, source: "a digest of repeated digits" },
  { pattern: /^Z0+$/, source: "a zone id of only zeros" },
  { pattern: /^v0\.0\.0-eksbuild\.0$/, source: "a version of only zeros" },
  { pattern: /(^|\D)0{12}(\D|$)/, source: "an account id of only zeros" },
];

function isPlaceholder({ text, secret }: ConfigText): boolean {
  return PLACEHOLDER_PATTERN.test(text) || (secret ? /^<[^<>]+>$/ : ANGLE_BRACKETS_PATTERN).test(text);
}

const placeholders: Check = {
  id: "placeholders",
  title: "No value is a placeholder",
  run: (config) =>
    listConfigTexts(config)
      .filter(isPlaceholder)
      .map((leaf) => fillInFinding(config, leaf, "must not be a placeholder")),
};

const examples: Check = {
  id: "examples",
  title: "No value is an example value",
  run: (config) =>
    listConfigTexts(config).flatMap((leaf) => {
      const sources = EXAMPLE_PATTERNS.filter(({ pattern }) => pattern.test(leaf.text)).map(
        ({ source }) => source,
      );
      return findingUnless(sources.length === 0, () =>
        fillInFinding(config, leaf, `must not be an example (${[...new Set(sources)].join("; ")})`),
      );
    }),
};

function fillInFinding(config: Config, { path, subject, text, secret }: ConfigText, rule: string): Finding {
  const parent = path.filter((key) => typeof key !== "number");
  const description = schemaAt(path, config).description ?? schemaAt(parent, config).description;
  const what = description === undefined ? "the real value" : `the real value (${description})`;
  return {
    subject,
    ...(secret ? {} : { value: text }),
    rule,
    remedy: `Set ${what} in Pulumi.${config.environment}.yaml.`,
  };
}

const image: Check = {
  id: "image",
  title: "The game server image has a registry and is pinned by digest",
  run: (config) => {
    const { image: reference } = config.gameServer;
    const [registry = ""] = reference.split("/");
    const problem = (rule: string, remedy: string): Finding => ({
      subject: formatConfigPath(["gameServer", "image"]),
      value: reference,
      rule,
      remedy,
    });
    return [
      ...findingUnless(/@sha256:[0-9a-f]{64}$/.test(reference), () =>
        problem(
          "must be pinned by digest: a tag can be moved to another image",
          "Use the digest from the build output.",
        ),
      ),
      ...findingUnless(/[.:]|^localhost$/.test(registry), () =>
        problem(
          "must include the registry: the default registry depends on the node",
          "Prefix it with the registry's host name.",
        ),
      ),
    ];
  },
};

const ports: Check = {
  id: "ports",
  title: "The server's ports are unique and unprivileged",
  run: (config) => [
    ...findPortConflicts((name) => getText(config, name)).map(({ name, conflictsWith }) =>
      createFinding(config, name, `must differ from ${conflictsWith}, which has the same port`),
    ),
    ...SERVER_PORT_VARIABLES.flatMap((name) =>
      requireInRange(config, name, {
        from: 1024,
        why: "the server runs without the privilege to bind lower ports",
      }),
    ),
  ],
};

/** Placeholders, examples, the image and ports. */
export const PLACEHOLDER_AND_PORT_CHECKS: readonly Check[] = [placeholders, examples, image, ports];
