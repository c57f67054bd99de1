import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { ENVIRONMENTS, type Environment } from "../../../components/shared/environments.ts";
import { REFERENCES_FILE, renderManifests } from "../../../plan/manifests/render-manifests.ts";
import { PLACEHOLDER_LABEL, PLACEHOLDER_LABEL_VALUE } from "../../../plan/manifests/secret-references.ts";
import { type Plan, UNKNOWN } from "../../../plan/plan.ts";
import { useExistingCluster } from "../../support/filled-config.ts";
import { kubernetesObjects, planOf } from "../../support/plans.ts";
import { committedPlan, createObject, createPlan, createResource } from "../plan-builders.ts";

const configMap = (name: string, data = { key: "value" }) =>
  createObject("core/v1", "ConfigMap", name, { data });

/** The plan of an environment without unknown values: in an existing cluster instead of AWS. */
function externalClusterPlan(environment: Environment): Promise<Plan> {
  const isOnAws = environment === "staging" || environment === "production";
  return isOnAws ? planOf(environment, useExistingCluster) : committedPlan(environment);
}

describe("rendered manifests", () => {
  test.each(ENVIRONMENTS)(
    "of %s, in an existing cluster, contain every Kubernetes object as planned",
    async (environment) => {
      const planned = await externalClusterPlan(environment);
      const files = renderManifests(planned);
      const { resources } = parse(files.get("kustomization.yaml") ?? "") as { resources: string[] };
      const read = resources.map((file) => parse(files.get(file) ?? "", { version: "1.1" }));
      const wanted = [...kubernetesObjects(planned).values()].map(withoutSecrets);
      expect(sortedJson(read.map(withoutSecrets))).toEqual(sortedJson(wanted));
      expect([...files.keys()].sort()).toEqual([...resources, "kustomization.yaml", REFERENCES_FILE].sort());
    },
  );

  test("start with namespaces and end with workloads, so that one apply is enough", async () => {
    const files = renderManifests(await externalClusterPlan("production"));
    const { resources } = parse(files.get("kustomization.yaml") ?? "") as { resources: string[] };
    const kinds = resources.map((file) => parse(files.get(file) ?? "").kind);
    expect(kinds.slice(0, 3)).toEqual(["Namespace", "Namespace", "Namespace"]);
    const workloads = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"];
    const first = kinds.findIndex((kind) => workloads.includes(kind));
    expect(kinds.slice(first).filter((kind) => !workloads.includes(kind))).toEqual([]);
  });

  test("are the same files for the same plan", async () => {
    const production = await externalClusterPlan("production");
    const shuffled = { ...production, resources: production.resources.toReversed() };
    expect(renderManifests(shuffled)).toEqual(renderManifests(production));
  });

  test("do not exist for an environment on AWS, whose data store addresses are unknown until apply", async () => {
    const production = await committedPlan("production");
    expect(() => renderManifests(production)).toThrow("cannot be rendered");
  });

  test("have safe file names for every object name", () => {
    const role = createObject("rbac.authorization.k8s.io/v1", "ClusterRole", "system:reader", {}, null);
    const files = [
      ...renderManifests(createPlan(role, createObject("core/v1", "ConfigMap", "x", {}, ".."))).keys(),
    ];
    expect(files).toContain("cluster/clusterrole-system_reader.yaml");
    expect(files).toContain("_/configmap-x.yaml");
  });
});

type Read = { kind: string; metadata: { labels?: object; annotations?: object } };

/** The object without what rendering changes: the values of a Secret, and annotations for Pulumi's provider. */
function withoutSecrets(read: unknown): unknown {
  const { metadata, ...rest } = structuredClone(read) as Read & { data?: object; stringData?: object };
  const keep = (entries: object = {}) =>
    Object.fromEntries(Object.entries(entries).filter(([key]) => !/^pulumi\.com\/|\/secrets$/.test(key)));
  if (rest.kind === "Secret") rest.stringData = Object.keys(rest.stringData ?? {});
  return {
    ...rest,
    metadata: { ...metadata, labels: keep(metadata.labels), annotations: keep(metadata.annotations) },
  };
}

const sortedJson = (values: readonly unknown[]) =>
  values.map((value) => JSON.stringify(sortKeys(value))).sort();

function sortKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sortKeys);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}

describe("secrets", () => {
  const key = createResource("tls:index/privateKey:PrivateKey", "ca-key", { algorithm: "ECDSA" });
  const certificate = createResource("tls:index/selfSignedCert:SelfSignedCert", "ca", {
    privateKeyPem: "[secret ca-key.privateKeyPem]",
  });
  const secret = createObject("core/v1", "Secret", "store", {
    stringData: { "ca.crt": "[secret ca.certPem]", hook: "[secret]", user: "postgres" },
  });
  const files = renderManifests(createPlan(secret, certificate, key));
  const rendered = parse(files.get("game/secret-store.yaml") ?? "");
  const index = parse(files.get(REFERENCES_FILE) ?? "");

  test("are references for a tool to fill in; other values are unchanged", () => {
    expect(rendered.stringData).toEqual({
      "ca.crt": "ref+generated://ca/certPem",
      hook: "ref+given://game/store/hook",
      user: "postgres",
    });
  });

  test("are rejected by the API server until they are filled in, so that a reference never becomes a password", () => {
    expect(rendered.metadata.labels[PLACEHOLDER_LABEL]).toBe(PLACEHOLDER_LABEL_VALUE);
    expect(PLACEHOLDER_LABEL_VALUE).not.toMatch(/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/);
  });

  test("are listed with their locations, and their generators in dependency order", () => {
    expect(index.references).toEqual([
      {
        reference: "ref+generated://ca/certPem",
        places: [{ file: "game/secret-store.yaml", field: ["stringData", "ca.crt"] }],
      },
      {
        reference: "ref+given://game/store/hook",
        places: [{ file: "game/secret-store.yaml", field: ["stringData", "hook"] }],
      },
    ]);
    expect(index.generators).toEqual([
      { name: "ca-key", type: key.type, inputs: { algorithm: "ECDSA" } },
      {
        name: "ca",
        type: certificate.type,
        inputs: { privateKeyPem: "ref+generated://ca-key/privateKeyPem" },
      },
    ]);
  });

  test("of the package are all generated", async () => {
    const all = parse(renderManifests(await committedPlan("package")).get(REFERENCES_FILE) ?? "");
    const references: string[] = all.references.map(({ reference }: { reference: string }) => reference);
    expect(references.filter((reference) => !reference.startsWith("ref+generated://"))).toEqual([]);
    expect(references).toContain("ref+generated://secrets-api-token/base64");
  });

  test("outside a Secret are rejected with the object and the path", () => {
    const leak = configMap("leak", { key: "[secret ca-key.privateKeyPem]" });
    expect(() => renderManifests(createPlan(leak, key))).toThrow(
      "ConfigMap game/leak: data.key: is a secret or generated value outside the data of a Secret.",
    );
  });
});

describe("everything that cannot be rendered is reported in one error", () => {
  test("a value that is unknown until apply, with object and path", () => {
    const unknown = (name: string) =>
      createObject("apps/v1", "Deployment", name, { spec: { list: [{ host: UNKNOWN }] } });
    expect(() => renderManifests(createPlan(unknown("a"), unknown("b")))).toThrow(
      /Deployment game\/a: spec\.list\.0\.host: is unknown until apply.*Deployment game\/b: spec\.list/s,
    );
  });

  test("an environment on AWS, as one problem instead of one per value", () => {
    const database = createResource("aws:rds/instance:Instance", "database-instance", {});
    const host = (name: string) => configMap(name, { key: "[secret database-instance.address]" });
    const render = () => renderManifests(createPlan(database, host("a"), host("b")));
    expect(render).toThrow(/is an AWS environment: .* are unknown until apply\. Deploy it with "up /);
    expect(render).not.toThrow("Put it into a Secret");
  });

  test("an object without a name", () => {
    const nameless = createResource("kubernetes:core/v1:Pod", "pod", {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {},
    });
    expect(() => renderManifests(createPlan(nameless))).toThrow(
      'kubernetes:core/v1:Pod "pod": has no apiVersion, kind or metadata.name',
    );
  });

  test("two objects with the same file name", () => {
    const [one, two] = [createObject("a.io/v1", "Thing", "x"), createObject("b.io/v1", "Thing", "x")];
    expect(() => renderManifests(createPlan(one, two))).toThrow(
      "Thing game/x of a.io/v1 and Thing game/x of b.io/v1",
    );
  });
});
