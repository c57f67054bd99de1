import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { ENVIRONMENTS, type Environment } from "../../components/shared/environments.ts";
import { manifestFiles, REFERENCES_FILE } from "../../plan/manifests.ts";
import { type Plan, UNKNOWN } from "../../plan/plan.ts";
import { UNFILLED_LABEL, UNFILLED_TEXT } from "../../plan/secret-references.ts";
import { inForeignCluster } from "../support/filled-config.ts";
import { kubernetesObjects, planOf } from "../support/plans.ts";
import { committedPlan, object, planWith, resource } from "./fixture.ts";

const configMap = (name: string, data = { key: "value" }) => object("core/v1", "ConfigMap", name, { data });

/** The plan of an environment that knows all of its values: one that does not stand on AWS. */
function foreignPlan(environment: Environment): Promise<Plan> {
  const isOnAws = environment === "staging" || environment === "production";
  return isOnAws ? planOf(environment, inForeignCluster) : committedPlan(environment);
}

describe("what is rendered", () => {
  test.each(ENVIRONMENTS)(
    "%s, in a cluster that somebody else runs: every Kubernetes object reads back as the program made it",
    async (environment) => {
      const planned = await foreignPlan(environment);
      const files = manifestFiles(planned);
      const { resources } = parse(files.get("kustomization.yaml") ?? "") as { resources: string[] };
      const read = resources.map((file) => parse(files.get(file) ?? "", { version: "1.1" }));
      const wanted = [...kubernetesObjects(planned).values()].map(withoutSecrets);
      expect(sorted(read.map(withoutSecrets))).toEqual(sorted(wanted));
      expect([...files.keys()].sort()).toEqual([...resources, "kustomization.yaml", REFERENCES_FILE].sort());
    },
  );

  test("namespaces come first and workloads last, so that one apply is enough", async () => {
    const files = manifestFiles(await foreignPlan("production"));
    const { resources } = parse(files.get("kustomization.yaml") ?? "") as { resources: string[] };
    const kinds = resources.map((file) => parse(files.get(file) ?? "").kind);
    expect(kinds.slice(0, 3)).toEqual(["Namespace", "Namespace", "Namespace"]);
    const workloads = ["Deployment", "StatefulSet", "DaemonSet", "Job"];
    const first = kinds.findIndex((kind) => workloads.includes(kind));
    expect(kinds.slice(first).filter((kind) => !workloads.includes(kind))).toEqual([]);
  });

  test("the same plan makes the same files", async () => {
    const production = await foreignPlan("production");
    const shuffled = { ...production, resources: production.resources.toReversed() };
    expect(manifestFiles(shuffled)).toEqual(manifestFiles(production));
  });

  test("an environment on AWS is not rendered: only a deployment learns where its stores are", async () => {
    const production = await committedPlan("production");
    expect(() => manifestFiles(production)).toThrow("cannot be rendered");
  });

  test("names that no file system takes are written differently, not into another directory", () => {
    const role = object("rbac.authorization.k8s.io/v1", "ClusterRole", "system:reader", {}, null);
    const files = [...manifestFiles(planWith(role, object("core/v1", "ConfigMap", "x", {}, ".."))).keys()];
    expect(files).toContain("cluster/clusterrole-system_reader.yaml");
    expect(files).toContain("_/configmap-x.yaml");
  });
});

type Read = { kind: string; metadata: { labels?: object; annotations?: object } };

/** The object without what a rendering changes: a Secret's values, and instructions to Pulumi's provider. */
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

const sorted = (values: readonly unknown[]) => values.map((value) => JSON.stringify(inOrder(value))).sort();

function inOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, inOrder(inner)]),
  );
}

describe("secrets", () => {
  const key = resource("tls:index/privateKey:PrivateKey", "ca-key", { algorithm: "ECDSA" });
  const certificate = resource("tls:index/selfSignedCert:SelfSignedCert", "ca", {
    privateKeyPem: "[secret ca-key.privateKeyPem]",
  });
  const secret = object("core/v1", "Secret", "store", {
    stringData: { "ca.crt": "[secret ca.certPem]", hook: "[secret]", user: "postgres" },
  });
  const files = manifestFiles(planWith(secret, certificate, key));
  const rendered = parse(files.get("game/secret-store.yaml") ?? "");
  const index = parse(files.get(REFERENCES_FILE) ?? "");

  test("stand as references that a tool can fill in, and what is no secret stays", () => {
    expect(rendered.stringData).toEqual({
      "ca.crt": "ref+generated://ca/certPem",
      hook: "ref+given://game/store/hook",
      user: "postgres",
    });
  });

  test("that are not filled in are refused by every API server, so that a reference never becomes a password", () => {
    expect(rendered.metadata.labels[UNFILLED_LABEL]).toBe(UNFILLED_TEXT);
    expect(UNFILLED_TEXT).not.toMatch(/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/);
  });

  test("are listed with their places, their generators in the order in which they need each other", () => {
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

  test("of the package are all generated but those that only an owner has", async () => {
    const all = parse(manifestFiles(await committedPlan("package")).get(REFERENCES_FILE) ?? "");
    const references: string[] = all.references.map(({ reference }: { reference: string }) => reference);
    expect(references.filter((reference) => !reference.startsWith("ref+generated://"))).toEqual([]);
    expect(references).toContain("ref+generated://secrets-api-token/base64");
  });

  test("outside a Secret are refused with the object and the path", () => {
    const leak = configMap("leak", { key: "[secret ca-key.privateKeyPem]" });
    expect(() => manifestFiles(planWith(leak, key))).toThrow(
      "ConfigMap game/leak: data.key: is a secret or generated value outside a Secret's data.",
    );
  });
});

describe("what cannot be rendered is refused, all of it at once", () => {
  test("a value that only a deployment knows, by object and path", () => {
    const unknown = (name: string) =>
      object("apps/v1", "Deployment", name, { spec: { list: [{ host: UNKNOWN }] } });
    expect(() => manifestFiles(planWith(unknown("a"), unknown("b")))).toThrow(
      /Deployment game\/a: spec\.list\.0\.host: is known only after a deployment.*Deployment game\/b: spec\.list/s,
    );
  });

  test("an environment on AWS, as one thing and not as secrets in the wrong place", () => {
    const database = resource("aws:rds/instance:Instance", "database-instance", {});
    const host = (name: string) => configMap(name, { key: "[secret database-instance.address]" });
    const render = () => manifestFiles(planWith(database, host("a"), host("b")));
    expect(render).toThrow(
      /is an environment on AWS: .* are known only after a deployment\. Deploy it with "up /,
    );
    expect(render).not.toThrow("Put it into a Secret");
  });

  test("an object without a name", () => {
    const nameless = resource("kubernetes:core/v1:Pod", "pod", {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {},
    });
    expect(() => manifestFiles(planWith(nameless))).toThrow(
      'kubernetes:core/v1:Pod "pod": is no object with',
    );
  });

  test("two objects that would be one file", () => {
    const [one, two] = [object("a.io/v1", "Thing", "x"), object("b.io/v1", "Thing", "x")];
    expect(() => manifestFiles(planWith(one, two))).toThrow(
      "Thing game/x of a.io/v1 and Thing game/x of b.io/v1",
    );
  });
});
