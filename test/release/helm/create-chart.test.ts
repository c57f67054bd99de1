import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { contentHash } from "../../../components/shared/content-hash.ts";
import { createChart } from "../../../release/helm/create-chart.ts";
import { markSiteValues, type SiteValue } from "../../../release/helm/site-values.ts";
import { filledRawConfig } from "../../support/filled-config.ts";

const VALUES: readonly SiteValue[] = [
  {
    path: ["domain"],
    description: "public name",
    default: "play.example.org",
    marker: "marker.internal",
    schema: { type: "string" },
  },
  {
    path: ["pools", "eu-west", "maximum"],
    description: "largest number",
    default: 6,
    marker: 461,
    schema: { type: "integer" },
  },
];

/** Manifests with one Deployment, one ConfigMap that it mounts, and a text in another template language. */
function manifests(domain: string, replicas: number, derived = "") {
  const data = { "nginx.conf": `server_name ${domain};\nlog "{{ value }}";\n` };
  const name = `gateway-${contentHash(data)}`;
  const objects = {
    [`a/configmap-${name}.yaml`]: { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data },
    "a/deployment-gateway.yaml": {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "gateway", annotations: { host: domain, url: `https://${domain}/`, derived } },
      spec: { replicas, config: name },
    },
  };
  return new Map([
    ["kustomization.yaml", JSON.stringify({ resources: Object.keys(objects) })],
    ...Object.entries(objects).map(([path, object]) => [path, JSON.stringify(object)] as const),
  ]);
}

const chart = (marked = manifests("marker.internal", 461)) =>
  createChart({
    version: "2.5.0",
    values: VALUES,
    variants: (["production", "staging"] as const).map((overlay) => ({
      overlay,
      planned: manifests("play.example.org", 6),
      marked,
    })),
  });

describe("a Helm chart", () => {
  test("has an expression wherever the plan has a value of a site, also in texts and in hashes of names", () => {
    const files = chart();
    const deployment = files.get("templates/a/deployment-gateway.yaml") ?? "";
    expect(deployment).toContain("host: {{ .Values.domain | quote }}");
    expect(deployment).toContain("url: https://{{ .Values.domain }}/");
    expect(deployment).toContain('replicas: {{ int (index .Values "pools" "eu-west" "maximum") }}');
    expect(deployment).toContain('config: {{ include "spacetime-vr.name.gateway" . | quote }}');
    const names = files.get("templates/_names.tpl") ?? "";
    expect(names).toContain("server_name {{ .Values.domain }};");
    expect(names).toContain("fromYaml | toRawJson | sha256sum | trunc 10");
  });

  test("keeps braces that belong to another template language", () => {
    expect(chart().get("templates/_names.tpl")).toContain('log "{{ "{{" }} value }}";');
  });

  test("describes each value, with the value of the package as its default", () => {
    const text = chart().get("values.yaml") ?? "";
    expect(text).toContain("# public name\ndomain: play.example.org\n");
    expect(parse(text)).toEqual({
      domain: "play.example.org",
      pools: { "eu-west": { maximum: 6 } },
      size: "production",
      unfilledSecrets: false,
    });
  });

  test("is not created if the program derives something from a value that the chart cannot derive", () => {
    expect(() => chart(manifests("marker.internal", 461, "abc"))).toThrow(/deployment-gateway.yaml/);
    const { size } = manifests("marker.internal", 461);
    expect(size).toBe(3);
    const more = new Map(manifests("marker.internal", 461));
    more.set("kustomization.yaml", JSON.stringify({ resources: ["a/deployment-gateway.yaml"] }));
    expect(() => chart(more)).toThrow(/which objects/);
  });

  test("has no values for what the stack file does not have, such as volumes of an external database", () => {
    const raw = filledRawConfig("package");
    const external = { ...raw.values, database: { kind: "external" }, redis: { kind: "external" } };
    const paths = (values: readonly SiteValue[]) => values.map(({ path }) => path.join("."));
    expect(paths(markSiteValues(raw).values)).toContain("storage.postgres");
    const found = paths(markSiteValues({ ...raw, values: external }).values);
    expect(found.filter((path) => path.startsWith("storage."))).toEqual(["storage.className"]);
  });
});
