import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { PLACEHOLDER_LABEL } from "../../../plan/manifests/secret-references.ts";
import { createEnvFile } from "../../../release/deployment/create-env-file.ts";
import { mergeSecrets } from "../../../release/deployment/merge-secrets.ts";
import {
  createRevision,
  digestObjects,
  findObsolete,
  fromConfigMap,
  type Revision,
  type RevisionRecord,
  toConfigMap,
} from "../../../release/deployment/revision.ts";

const object = (kind: string, name: string, more: object = {}) => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: "a" },
  ...more,
});
const labelled = {
  metadata: { name: "s", namespace: "a", labels: { [PLACEHOLDER_LABEL]: "references only" } },
};

describe("secrets of a site", () => {
  const rendered = object("Secret", "s", { ...labelled, stringData: { password: "ref+generated://x/y" } });
  const rulesFor = (...provided: ReturnType<typeof object>[]) =>
    mergeSecrets([rendered, object("ConfigMap", "c")], provided).problems.map(
      ({ subject, rule }) => `${subject} ${rule}`,
    );

  test("replace the references of the package", () => {
    const filled = object("Secret", "s", { data: { password: Buffer.from("hunter2").toString("base64") } });
    expect(mergeSecrets([rendered, object("ConfigMap", "c")], [filled, object("Secret", "other")])).toEqual({
      objects: [filled, object("ConfigMap", "c")],
      problems: [],
    });
  });

  test.each([
    ["a missing Secret", [], /^Secret a\/s is not in the secrets directory/],
    [
      "a Secret of another namespace",
      [object("Secret", "s", { metadata: { name: "s", namespace: "b" } })],
      /is not in the secrets directory/,
    ],
    ["the rendered Secret itself", [rendered], /password is a placeholder/],
    [
      "a label that is left",
      [object("Secret", "s", { ...labelled, stringData: { password: "x" } })],
      /still has the label/,
    ],
    ["a missing key", [object("Secret", "s", { stringData: { other: "x" } })], /password has no value/],
    ["an empty value", [object("Secret", "s", { stringData: { password: "" } })], /password has no value/],
    [
      "a placeholder",
      [object("Secret", "s", { stringData: { password: "REPLACE_WITH_SECURE_TOKEN" } })],
      /password is a placeholder/,
    ],
    [
      "an encoded placeholder",
      [object("Secret", "s", { data: { password: Buffer.from("changeme").toString("base64") } })],
      /password is a placeholder/,
    ],
  ])("%s is rejected, by key and without the value", (_title, provided, rule) => {
    const rules = rulesFor(...provided);
    expect(rules).toContainEqual(expect.stringMatching(rule));
    expect(rules.join()).not.toContain("REPLACE");
  });
});

describe("revisions in the cluster", () => {
  const record = (revision: number, state: RevisionRecord["state"] = "deployed"): RevisionRecord => ({
    revision,
    version: "1.0.0",
    commit: "c",
    overlay: "production",
    state,
    digest: "d",
    startedAt: "2026-11-28T00:00:00Z",
  });
  const revision = (
    number: number,
    objects: ReturnType<typeof object>[],
    state?: RevisionRecord["state"],
  ): Revision => createRevision(record(number, state), objects);

  test("contain the objects, but no value of a Secret", () => {
    const secret = object("Secret", "s", { stringData: { password: "hunter2" } });
    const original = revision(1, [object("ConfigMap", "c"), secret]);
    const stored = toConfigMap(original);
    expect(fromConfigMap(stored as Parameters<typeof fromConfigMap>[0])).toEqual(original);
    expect(original.secrets).toEqual([{ apiVersion: "v1", kind: "Secret", namespace: "a", name: "s" }]);
    expect(JSON.stringify(original)).not.toContain("hunter2");
  });

  test("a ConfigMap in another format is not a revision", () => {
    expect(fromConfigMap({})).toBeUndefined();
    expect(fromConfigMap({ data: { "record.json": "{}" } })).toBeUndefined();
  });

  test("differ if an object or the name of a Secret differs, not if a value does", () => {
    const digest = (name: string, value: string) =>
      digestObjects([object("Secret", name, { stringData: { password: value } }), object("ConfigMap", "c")]);
    expect(digest("s-1", "a")).toBe(digest("s-1", "b"));
    expect(digest("s-1", "a")).not.toBe(digest("s-2", "a"));
  });

  test("obsolete objects are deleted, but no data, nothing in use, and not what a rollback needs", () => {
    const names = (current: Revision, ...earlier: Revision[]) =>
      findObsolete(current, earlier).map(({ kind, name }) => `${kind} ${name}`);
    const old = revision(1, [
      object("ConfigMap", "env-1"),
      object("Deployment", "gone"),
      object("PersistentVolumeClaim", "data"),
      object("Namespace", "n"),
    ]);
    const previous = revision(2, [
      object("ConfigMap", "env-2"),
      object("Deployment", "server"),
      object("Service", "dropped"),
    ]);
    const failed = revision(3, [object("ConfigMap", "env-3")], "failed");
    const current = revision(4, [object("ConfigMap", "env-4"), object("Deployment", "server")]);
    expect(names(current, old, previous, failed)).toEqual([
      "ConfigMap env-1",
      "Deployment gone",
      "Service dropped",
      "ConfigMap env-3",
    ]);
    expect(names(current)).toEqual([]);
  });
});

test("setup_env creates a file that only its owner reads, names the empty variables, and never replaces a file", () => {
  const directory = mkdtempSync(join(tmpdir(), "spacetime-vr-env-"));
  try {
    const file = join(directory, ".env");
    const template = join(directory, "config", "production");
    mkdirSync(template, { recursive: true });
    writeFileSync(join(template, ".env.template"), "# A\nGODOT_A=1\nGODOT_TOKEN=\nGODOT_B=a=\n");
    expect(createEnvFile(directory, "production", file)).toEqual({
      created: true,
      empty: ["GODOT_TOKEN"],
      variables: 3,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(file, readFileSync(file, "utf8").replace("GODOT_TOKEN=", "GODOT_TOKEN=x"));
    expect(createEnvFile(directory, "production", file)).toEqual({ created: false, empty: [], variables: 3 });
    expect(() => createEnvFile(directory, "../x", file)).toThrow("Use one of: production");
  } finally {
    rmSync(directory, { recursive: true });
  }
});
