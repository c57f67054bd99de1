import { contentHash } from "../../components/shared/content-hash.ts";
import { imageDigestVersion } from "../../components/shared/kubernetes/labels.ts";
import { toYaml } from "../../plan/manifests/yaml.ts";
import type { Json, JsonObject } from "../../plan/plan.ts";
import type { SiteValue } from "./site-values.ts";

/** A text in marked objects, the template expression that replaces it, and the text that the expression gives by default. */
export interface Substitution {
  readonly marker: string;
  /** Without braces. */
  readonly expression: string;
  readonly default: string;
}

/** The expression of a value: `.Values.ingress.className`, or `index` where a name is no identifier. */
export function valueExpression(path: readonly string[]): string {
  if (path.every((key) => /^[A-Za-z]\w*$/.test(key))) return `.Values.${path.join(".")}`;
  return `(index .Values ${path.map((key) => JSON.stringify(key)).join(" ")})`;
}

/** The substitutions of texts: each value, and what the program derives from it. */
export function createSubstitutions(values: readonly SiteValue[]): Substitution[] {
  return values.flatMap(({ path, marker, default: value }) => {
    if (typeof marker !== "string" || typeof value !== "string") return [];
    const expression = valueExpression(path);
    const whole = { marker, expression, default: value };
    if (!marker.startsWith("sha256:")) return [whole];
    const version = `${expression} | trimPrefix "sha256:" | trunc 12`;
    return [
      whole,
      {
        marker: imageDigestVersion(`@${marker}`),
        expression: version,
        default: imageDigestVersion(`@${value}`),
      },
    ];
  });
}

/** What replaces the markers of a chart. */
export interface TemplateContext {
  readonly values: readonly SiteValue[];
  readonly substitutions: readonly Substitution[];
}

/** A value with markers, and as it is planned without them; undefined if it is not in the plan. */
interface MarkedValue {
  readonly marked: Json;
  readonly planned: Json | undefined;
}

/** The number of a marked object that differs from the planned one, as a text that is replaced later. */
const numberMarker = (marker: number): string => `site-marker-number-${marker}`;
const quotedMarker = (marker: string): string => `site-marker-quoted-${contentHash(marker)}`;

/**
 * Replaces each number of a site, and each text that consists of nothing but a marker, with a marker of its own, because the template
 * writes them differently: `{{ int … }}` and `{{ … | quote }}`.
 */
function separateLeaves(marked: Json, planned: Json | undefined, whole: ReadonlySet<string>): Json {
  if (typeof marked === "number") return marked === planned ? marked : numberMarker(marked);
  if (typeof marked === "string") return whole.has(marked) ? quotedMarker(marked) : marked;
  if (Array.isArray(marked)) {
    const before: readonly Json[] = Array.isArray(planned) ? planned : [];
    return marked.map((inner: Json, index) => separateLeaves(inner, before[index], whole));
  }
  if (typeof marked !== "object" || marked === null) return marked;
  const before: JsonObject = isObject(planned) ? planned : {};
  return Object.fromEntries(
    Object.entries(marked).map(([key, inner]) => [key, separateLeaves(inner as Json, before[key], whole)]),
  );
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The template text of an object, or of a part of it. */
export function toTemplate({ marked, planned }: MarkedValue, context: TemplateContext): string {
  const { values, substitutions } = context;
  const whole = new Set(substitutions.map(({ marker }) => marker));
  // Texts such as the annotations of alerts contain braces of other template languages.
  let text = toYaml(separateLeaves(marked, planned, whole)).replaceAll("{{", '{{ "{{" }}');
  for (const { marker, expression } of substitutions) {
    const quoted = `{{ ${expression} | quote }}`;
    text = text.replaceAll(`"${quotedMarker(marker)}"`, quoted).replaceAll(quotedMarker(marker), quoted);
  }
  for (const { marker, expression } of substitutions) text = text.replaceAll(marker, `{{ ${expression} }}`);
  for (const { marker, path } of values) {
    if (typeof marker !== "number") continue;
    const found = new RegExp(`"?${numberMarker(marker)}\\b"?`, "g");
    text = text.replaceAll(found, `{{ int ${valueExpression(path)} }}`);
  }
  return text;
}

/** A marked value with the default values, which must be the planned one. */
export function substituteDefaults({ marked, planned }: MarkedValue, context: TemplateContext): Json {
  const { values, substitutions } = context;
  if (typeof marked === "number") {
    if (marked === planned) return marked;
    return values.find(({ marker }) => marker === marked)?.default ?? marked;
  }
  if (typeof marked === "string") {
    return substitutions.reduce((text, { marker, default: value }) => text.replaceAll(marker, value), marked);
  }
  const inner = (value: Json, before: Json | undefined): Json =>
    substituteDefaults({ marked: value, planned: before }, context);
  if (Array.isArray(marked)) {
    const before: readonly Json[] = Array.isArray(planned) ? planned : [];
    return marked.map((value: Json, index) => inner(value, before[index]));
  }
  if (!isObject(marked)) return marked;
  const before: JsonObject = isObject(planned) ? planned : {};
  return Object.fromEntries(Object.entries(marked).map(([key, value]) => [key, inner(value, before[key])]));
}
