import type { CheckResult } from "../../components/config/checks/types.ts";
import type { Config } from "../../components/config/config.ts";
import { VARIABLES } from "../../components/config/variables/index.ts";
import type { ResolvedVariable, VariableType } from "../../components/config/variables/types.ts";
import { formatProblem } from "../../components/shared/errors.ts";
import { asList, asObject, valueAt } from "../../plan/graph/kubernetes-objects.ts";
import type { Plan } from "../../plan/plan.ts";
import type { StaticCheckName } from "../check-names.ts";
import { checked, missing, type StaticCheck, type StaticOutcome } from "./static-check.ts";

const NO_CONFIG = "The stack file was not read.";

/** The checks of `config validate` behind each checklist check. */
const VALIDATION_CHECKS = {
  "config/no-placeholders": ["placeholders"],
  "config/no-example-values": ["examples", "image"],
  "config/alternatives": ["tls", "certificate", "dependencies"],
  "config/ports": ["ports"],
  "config/debug-flags": ["debug-flags"],
  "config/feature-flags": ["dependencies", "autoloads"],
  "config/database-connections": ["database-connections"],
} as const satisfies Partial<Record<StaticCheckName, readonly string[]>>;

const validationChecks = Object.entries(VALIDATION_CHECKS).map(
  ([name, ids]): StaticCheck => ({
    name: name as keyof typeof VALIDATION_CHECKS,
    run: ({ validation }) => judgeValidation(validation, ids),
  }),
);

/** A check of `config validate` that did not run cannot pass. */
function judgeValidation(validation: readonly CheckResult[], ids: readonly string[]): StaticOutcome {
  const results = ids.map((id) => validation.find((one) => one.id === id));
  if (results.some((result) => result === undefined))
    return missing(`config validate has no result for ${ids.join(", ")}.`);
  const problems = results.flatMap((result) => (result?.findings ?? []).map(formatProblem));
  return checked(ids.length, problems);
}

const schema: StaticCheck = {
  name: "config/schema",
  // The parser rejects missing and unknown keys; here, the parsed config must have what the stack file has.
  run: ({ config, raw }) => {
    if (raw === undefined) return missing(NO_CONFIG);
    const keys = Object.keys(raw.values);
    if (config === undefined)
      return checked(Math.max(1, keys.length), ["The stack file has invalid keys or values."]);
    const known = new Set([...Object.keys(config), ...Object.keys(config.credentials)]);
    return checked(
      keys.length,
      keys.filter((key) => !known.has(key)).map((key) => `${key} is not a key of the parsed config.`),
    );
  },
};

const variablesComplete: StaticCheck = {
  name: "config/variables-complete",
  run: ({ config, plan }) => {
    if (config === undefined) return missing(NO_CONFIG);
    const uses = variableUses(plan);
    const problems = [...VARIABLES.keys()].flatMap((name) => {
      const count = uses.filter((used) => used === name).length;
      if (!config.variables.has(name)) return [`${name} has no value.`];
      return count === 1 ? [] : [`${name} is set ${count} times in the game server's pods.`];
    });
    return checked(uses.length, problems, `${config.variables.size} variables`);
  },
};

/** The game-server variables that the plan sets, in ConfigMaps and directly in containers. */
function variableUses(plan: Plan): string[] {
  return plan.resources
    .flatMap(({ type, inputs }) => {
      if (type.endsWith(":ConfigMap")) return Object.keys(asObject(inputs.data));
      const containers = asList(valueAt(inputs.spec, "template", "spec", "containers"));
      return containers.flatMap((container) =>
        asList(asObject(container).env).map((variable) => String(asObject(variable).name)),
      );
    })
    .filter((name) => VARIABLES.has(name));
}

const variablesValid: StaticCheck = {
  name: "config/variables-valid",
  run: ({ config }) =>
    config === undefined ? missing(NO_CONFIG) : checked(config.variables.size, invalidVariables(config)),
};

function invalidVariables({ variables }: Config): string[] {
  return [...variables].flatMap(([name, variable]: [string, ResolvedVariable]) => {
    if (variable.kind !== "plain" || hasType(variable.value, variable.definition.type)) return [];
    return [`${name} is not of the type ${variable.definition.type.kind}.`];
  });
}

/** Whether the text of a variable has its declared type. */
function hasType(value: string, type: VariableType): boolean {
  switch (type.kind) {
    case "boolean":
      return value === "true" || value === "false";
    case "integer":
      return isIntegerBetween(value, type.minimum, type.maximum);
    case "port":
      return isIntegerBetween(value, 1, 65_535);
    case "text":
      return type.pattern.test(value);
    case "choice":
      return type.choices.includes(value);
    case "list":
      return value === "" ? type.allowEmpty : value.split(",").every((entry) => type.entry.test(entry));
  }
}

function isIntegerBetween(value: string, minimum: number, maximum: number): boolean {
  return /^-?\d+$/.test(value) && Number(value) >= minimum && Number(value) <= maximum;
}

/** The routers of the second phase. */
const SECOND_PHASE_FLAGS = ["GODOT_FEATURE_WEBHOOK_ROUTER", "GODOT_FEATURE_JOB_ROUTER"];

const secondPhase: StaticCheck = {
  name: "config/feature-flags",
  finding: "second-phase",
  run: ({ config }) => {
    if (config === undefined) return missing(NO_CONFIG);
    const isOn = (name: string): boolean => {
      const variable = config.variables.get(name);
      return variable?.kind === "plain" && variable.value === "true";
    };
    return checked(
      SECOND_PHASE_FLAGS.length,
      SECOND_PHASE_FLAGS.filter((name) => !isOn(name)).map((name) => `${name} is off.`),
    );
  },
};

/** Checks of the stack file. */
export const CONFIG_CHECKS: readonly StaticCheck[] = [
  schema,
  variablesComplete,
  variablesValid,
  secondPhase,
  ...validationChecks,
];
