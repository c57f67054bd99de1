import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { validateConfig } from "../../components/config/checks/index.ts";
import type { RawConfig } from "../../components/config/config.ts";
import { parseConfig } from "../../components/config/load.ts";
import { fromEngineConfig, toEngineConfig } from "../../components/config/raw-config.ts";
import { type ConfigPath, subjectOf } from "../../components/config/subject.ts";
import { InputError } from "../../components/shared/errors.ts";
import { arbitraryRawConfig } from "../support/arbitrary-config.ts";

/** Every place of a value, inner ones included. */
function paths(value: unknown, path: ConfigPath = []): ConfigPath[] {
  if (typeof value !== "object" || value === null) return [path];
  const entries: [PropertyKey, unknown][] = Array.isArray(value)
    ? value.map((inner, index): [PropertyKey, unknown] => [index, inner])
    : Object.entries(value);
  const inner = entries.flatMap(([key, child]) => paths(child, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

type Container = Record<PropertyKey, unknown>;

/** The values with one place replaced, or removed where the replacement is undefined. */
function mutated(raw: RawConfig, path: ConfigPath, replacement: unknown): RawConfig {
  const values = structuredClone(raw.values) as Container;
  const container = path.slice(0, -1).reduce<Container>((at, key) => at[key] as Container, values);
  const last = path.at(-1) ?? "";
  if (replacement !== undefined) container[last] = replacement;
  else if (Array.isArray(container)) container.splice(Number(last), 1);
  else delete container[last];
  return { ...raw, values };
}

const junk = fc.oneof(
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

const mutation = arbitraryRawConfig.chain((raw) =>
  fc.record({ raw: fc.constant(raw), path: fc.constantFrom(...paths(raw.values)), replacement: junk }),
);

/** What the parser says: nothing when it accepts. Anything but an InputError is a defect and passes through. */
function refusal(raw: RawConfig): InputError | undefined {
  try {
    parseConfig(raw);
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

describe("any stack file", () => {
  test("that follows the schema and the cross rules is accepted, with all 119 variables resolved", () => {
    fc.assert(
      fc.property(arbitraryRawConfig, (raw) => {
        expect(parseConfig(raw).variables.size).toBe(119);
      }),
      { numRuns: 200 },
    );
  });

  test("gets a verdict from every check, whatever it holds", () => {
    fc.assert(
      fc.property(arbitraryRawConfig, (raw) => {
        const results = validateConfig(parseConfig(raw));
        expect(results).toHaveLength(28);
        for (const { verdict, findings } of results) expect(verdict === "pass").toBe(findings.length === 0);
      }),
      { numRuns: 200 },
    );
  });

  test("means the same after its way through the engine as when read from the file", () => {
    fc.assert(
      fc.property(arbitraryRawConfig, (raw) => {
        const { values, secretKeys } = toEngineConfig(raw);
        const back = fromEngineConfig(raw.environment, values, (key) => secretKeys.includes(key));
        expect(parseConfig(back)).toEqual(parseConfig(raw));
      }),
      { numRuns: 100 },
    );
  });

  test("with a single changed value is accepted or refused by an error that names the place", () => {
    fc.assert(
      fc.property(mutation, ({ raw, path, replacement }) => {
        const error = refusal(mutated(raw, path, replacement));
        if (error === undefined) return;
        const parent = path.length > 1 ? path.slice(0, -1) : path;
        expect(error.exitCode).toBe(2);
        expect(error.message).toContain(subjectOf(parent));
        for (const { rule, remedy } of error.problems) {
          expect(rule).not.toMatch(/undefined|\[object/);
          expect(remedy).toMatch(/[.?]$|pulumi config (set|rm)/);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("with a misspelt key is refused, and the key is named", () => {
    fc.assert(
      fc.property(mutation, fc.stringMatching(/^[a-zA-Z]{1,12}$/), ({ raw, path }, key) => {
        const [section = ""] = path;
        const within = typeof raw.values[String(section)] === "object" ? [section] : [];
        const error = refusal(mutated(raw, [...within, `x${key}`], "anything"));
        expect(error?.message).toContain(`x${key}`);
      }),
      { numRuns: 200 },
    );
  });
});
