import { parseJson } from "../../../../../components/shared/parse-json.ts";
import type { CheckProblem } from "../provider-server.ts";
import type { Values } from "./account.ts";
import { FORMATS, JSON_DOCUMENTS } from "./formats.ts";
import { valuesAt } from "./references.ts";
import type { SdkProperties, SdkProperty, SdkTypes } from "./sdk-types.ts";

type IsUnknown = (value: unknown) => boolean;

/** What the real provider would say of these inputs before it calls AWS: unknown or missing properties, wrong shapes and formats. */
export function checkInputs(
  types: SdkTypes,
  token: string,
  inputs: Values,
  isUnknown: IsUnknown,
): CheckProblem[] {
  return [
    ...checkProperties({ types, isUnknown }, "", types.resources[token] ?? {}, inputs),
    ...checkFormats(token, inputs, isUnknown),
    ...JSON_DOCUMENTS.flatMap((key) => {
      const value = inputs[key];
      const isInvalid = typeof value === "string" && !isUnknown(value) && parseJson(value) === undefined;
      return isInvalid ? [{ key, reason: `${key} contains an invalid JSON document` }] : [];
    }),
  ];
}

interface Context {
  readonly types: SdkTypes;
  readonly isUnknown: IsUnknown;
}

function checkProperties(
  context: Context,
  prefix: string,
  properties: SdkProperties,
  values: Values,
): CheckProblem[] {
  const given = Object.entries(values).filter(
    ([key, value]) => key !== "__defaults" && value !== undefined && value !== null,
  );
  const missing = Object.entries(properties).filter(
    ([key, { required }]) => required && values[key] === undefined,
  );
  return [
    ...given.flatMap(([key, value]) => {
      const property = properties[key];
      const path = `${prefix}${key}`;
      if (property === undefined) return [{ key: path, reason: `unknown property ${path}` }];
      return checkValue(context, path, property, value);
    }),
    ...missing.map(([key]) => ({
      key: `${prefix}${key}`,
      reason: `missing required property ${prefix}${key}`,
    })),
  ];
}

function checkValue(
  context: Context,
  path: string,
  { kind, nested }: SdkProperty,
  value: unknown,
): CheckProblem[] {
  if (context.isUnknown(value)) return [];
  const shape = Array.isArray(value) ? "list" : typeof value;
  // A map and a nested object look the same.
  const expected = kind === "map" ? "object" : kind;
  if (expected !== undefined && expected !== shape)
    return [{ key: path, reason: `expected a ${kind}, got a ${shape}` }];
  if (nested === undefined) return [];
  const properties = context.types.nested[nested] ?? {};
  return (Array.isArray(value) ? value : [value])
    .filter((element) => typeof element === "object" && element !== null)
    .flatMap((element) => checkProperties(context, `${path}.`, properties, element as Values));
}

function checkFormats(token: string, inputs: Values, isUnknown: IsUnknown): CheckProblem[] {
  return Object.entries(FORMATS[token] ?? {}).flatMap(([path, format]) =>
    valuesAt(inputs, path)
      .filter((value) => !isUnknown(value) && !format.test(String(value)))
      .map((value) => ({
        key: path,
        reason: `invalid value for ${path}: ${JSON.stringify(value)} does not match ${format}`,
      })),
  );
}
