import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { validateConfig } from "../../components/config/checks/index.ts";
import type { RawConfig } from "../../components/config/config.ts";
import { type ConfigPath, formatConfigPath } from "../../components/config/config-path.ts";
import { parseConfig } from "../../components/config/load-config.ts";
import { fromPulumiConfig, toPulumiConfig } from "../../components/config/stack-file/pulumi-config.ts";
import { InputError } from "../../components/shared/errors.ts";
import { arbitraryRawConfig } from "../support/arbitrary-config.ts";

/** Every path in a value, including inner ones. */
function allPaths(value: unknown, path: ConfigPath = []): ConfigPath[] {
  if (typeof value !== "object" || value === null) return [path];
  const entries: [PropertyKey, unknown][] = Array.isArray(value)
    ? value.map((inner, index): [PropertyKey, unknown] => [index, inner])
    : Object.entries(value);
  const inner = entries.flatMap(([key, child]) => allPaths(child, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

type MutableContainer = Record<PropertyKey, unknown>;

/** The values with one path replaced, or removed if the replacement is undefined. */
function mutateConfig(raw: RawConfig, path: ConfigPath, replacement: unknown): RawConfig {
  const values = structuredClone(raw.values) as MutableContainer;
  const container = path
    .slice(0, -1)
    .reduce<MutableContainer>((at, key) => at[key] as MutableContainer, values);
  const last = path.at(-1) ?? "";
  if (replacement !== undefined) container[last] = replacement;
  else if (Array.isArray(container)) container.splice(Number(last), 1);
  else delete container[last];
  return { ...raw, values };
}

const arbitraryInvalidValue = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    "",
    " ",
    true,
    false,
    0,
    -1,
    1.5,
    1e21,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ),
  fc.constantFrom("external", "imported", "autoscaled", "fixed", "__proto__", "constructor", "a\nb", "$(id)"),
  fc.constantFrom([], {}, [[]], { kind: "fixed" }, { secure: "v1:abc" }),
  fc.integer(),
  fc.string(),
  fc.jsonValue(),
);

const arbitraryMutation = arbitraryRawConfig.chain((raw) =>
  fc.record({
    raw: fc.constant(raw),
    path: fc.constantFrom(...allPaths(raw.values)),
    replacement: arbitraryInvalidValue,
  }),
);

/**
 * The problems that the parser reports; none if it accepts the config. Any error other than InputError is a defect
 * and is rethrown.
 */
function parseError(raw: RawConfig): InputError | undefined {
  try {
    parseConfig(raw);
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

describe("any generated stack file", () => {
  test("that follows the schema and the cross-field validation is accepted, with all 119 variables resolved", () => {
    fc.assert(
      fc.property(arbitraryRawConfig, (raw) => {
        expect(parseConfig(raw).variables.size).toBe(119);
      }),
      { numRuns: 200 },
    );
  });

  test("gets a verdict from every check", () => {
    fc.assert(
      fc.property(arbitraryRawConfig, (raw) => {
        const results = validateConfig(parseConfig(raw));
        expect(results).toHaveLength(28);
        for (const { verdict, findings } of results) expect(verdict === "pass").toBe(findings.length === 0);
      }),
      { numRuns: 200 },
    );
  });

  test("has the same values through Pulumi's config as when read from the file", () => {
    fc.assert(
      fc.property(arbitraryRawConfig, (raw) => {
        const { values, secretKeys } = toPulumiConfig(raw);
        const back = fromPulumiConfig(raw.environment, values, (key) => secretKeys.includes(key));
        expect(parseConfig(back)).toEqual(parseConfig(raw));
      }),
      { numRuns: 100 },
    );
  });

  test("with one changed value is accepted, or rejected with an error that names the path", () => {
    fc.assert(
      fc.property(arbitraryMutation, ({ raw, path, replacement }) => {
        const error = parseError(mutateConfig(raw, path, replacement));
        if (error === undefined) return;
        const parent = path.length > 1 ? path.slice(0, -1) : path;
        expect(error.exitCode).toBe(2);
        expect(error.message).toContain(formatConfigPath(parent));
        for (const { rule, remedy } of error.problems) {
          expect(rule).not.toMatch(/undefined|\[object/);
          expect(remedy).toMatch(/[.?]$|pulumi config (set|rm)/);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("with a misspelt key is rejected, and the key is named", () => {
    fc.assert(
      fc.property(arbitraryMutation, fc.stringMatching(/^[a-zA-Z]{1,12}$/), ({ raw, path }, key) => {
        const [section = ""] = path;
        const within = typeof raw.values[String(section)] === "object" ? [section] : [];
        const error = parseError(mutateConfig(raw, [...within, `x${key}`], "anything"));
        expect(error?.message).toContain(`x${key}`);
      }),
      { numRuns: 200 },
    );
  });
});
