import { PLACEHOLDER_LABEL } from "../../plan/manifests/secret-references.ts";
import { toYaml } from "../../plan/manifests/yaml.ts";
import type { JsonObject } from "../../plan/plan.ts";
import { OVERLAY_NAMES, type OverlayName } from "../package/site-overlays.ts";
import { toTemplate, valueExpression } from "./chart-object.ts";
import {
  type ChartObject,
  type ChartObjects,
  type ChartVariant,
  collectChartObjects,
  type HashedConfigMap,
  nameTemplate,
} from "./chart-objects.ts";
import { renderSchema, renderValues } from "./chart-values.ts";
import type { SiteValue } from "./site-values.ts";

export interface ChartOptions {
  readonly version: string;
  readonly values: readonly SiteValue[];
  readonly variants: readonly ChartVariant[];
}

/**
 * The files of a Helm chart that renders the objects of the plan: each object is a template, in which the values of a site are
 * expressions. A second plan with markers instead of these values shows where they are, so the chart cannot drift from the program.
 */
export function createChart({ version, values, variants }: ChartOptions): Map<string, string> {
  const objects = collectChartObjects(variants, values);
  const templates = [...objects.byPath].map(
    ([path, pairs]) => [`templates/${path}`, objectTemplate(pairs, objects)] as const,
  );
  return new Map([
    ["Chart.yaml", chartFile(version)],
    ["values.yaml", renderValues(values)],
    ["values.schema.json", renderSchema(values)],
    ["templates/NOTES.txt", NOTES],
    ["templates/_names.tpl", objects.hashed.map((map) => nameTemplates(map, objects)).join("\n")],
    ["templates/validation.yaml", validationTemplate(values)],
    ...templates,
  ]);
}

function chartFile(version: string): string {
  return toYaml({
    apiVersion: "v2",
    name: "spacetime-vr",
    description: "The SpaceTime VR game server with gateway, databases and monitoring",
    type: "application",
    version,
    appVersion: version,
    // ValidatingAdmissionPolicy (admissionregistration.k8s.io/v1).
    kubeVersion: ">=1.30.0-0",
  });
}

const NOTES = `SpaceTime VR {{ .Chart.AppVersion }} for https://{{ .Values.domain }}.

The pods start when the Secrets exist, which this chart does not contain:

  scripts/deployment/generate_secrets.sh <directory> --domain {{ .Values.domain }}
  kubectl apply --server-side -f <directory>/secrets.yaml
  kubectl --namespace spacetime rollout status deployment/gateway
`;

/** The template of an object: for one overlay, for all, or different ones. */
function objectTemplate(pairs: ReadonlyMap<OverlayName, ChartObject>, objects: ChartObjects): string {
  const texts = new Map([...pairs].map(([overlay, pair]) => [overlay, objectText(pair, objects)]));
  const [first = ""] = texts.values();
  const isSame = texts.size === OVERLAY_NAMES.length && [...texts.values()].every((text) => text === first);
  const body = isSame
    ? first
    : [...texts]
        .map(([overlay, text]) => `{{- if eq .Values.size "${overlay}" }}\n${text}{{- end }}\n`)
        .join("");
  return isUnfilledSecret(pairs) ? `{{- if .Values.unfilledSecrets }}\n${body}{{- end }}\n` : body;
}

function isUnfilledSecret(pairs: ReadonlyMap<OverlayName, ChartObject>): boolean {
  return [...pairs.values()].some(({ planned: { kind, metadata } }) => {
    const labels = ((metadata as JsonObject).labels ?? {}) as JsonObject;
    return kind === "Secret" && labels[PLACEHOLDER_LABEL] !== undefined;
  });
}

const DATA_MARKER = "site-marker-data";

function objectText({ marked, planned }: ChartObject, { hashed, context }: ChartObjects): string {
  const { name } = marked.metadata as JsonObject;
  const map = hashed.find(({ markedName }) => marked.kind === "ConfigMap" && markedName === name);
  if (map === undefined) return toTemplate({ marked, planned }, context);
  const text = toTemplate({ marked: { ...marked, data: DATA_MARKER }, planned }, context);
  return text.replace(`data: ${DATA_MARKER}`, `data:\n{{ include "${dataTemplate(map)}" . | indent 2 }}`);
}

function dataTemplate({ baseName }: HashedConfigMap): string {
  return `spacetime-vr.data.${baseName}`;
}

/** The data of a ConfigMap, and its name with the hash that the program computes of the data (components/shared/content-hash.ts). */
function nameTemplates(map: HashedConfigMap, { context }: ChartObjects): string {
  const data = toTemplate({ marked: map.data, planned: undefined }, context);
  const hash = `include "${dataTemplate(map)}" . | fromYaml | toRawJson | sha256sum | trunc 10`;
  return `{{- define "${dataTemplate(map)}" -}}
${data}{{ end -}}
{{- define "${nameTemplate(map)}" -}}
${map.baseName}-{{ ${hash} }}
{{- end -}}
`;
}

/** What the schema cannot express: a range must not be empty. */
function validationTemplate(values: readonly SiteValue[]): string {
  const checks = values.flatMap(({ path }) => {
    if (path.at(-1) !== "maximum") return [];
    const [minimum, maximum] = ["minimum", "maximum"].map((key) =>
      valueExpression([...path.slice(0, -1), key]),
    );
    const rule = `${path.join(".")} must be at least the minimum`;
    return [`{{- if gt (int ${minimum}) (int ${maximum}) }}{{ fail ${JSON.stringify(rule)} }}{{ end }}\n`];
  });
  return checks.join("");
}
