import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parseAllDocuments } from "yaml";
import program from "../../../index.ts";
import { renderManifests } from "../../../plan/manifests/render-manifests.ts";
import { planEnvironment } from "../../../plan/plan-environment.ts";
import { createOverlay, objectsOf } from "../../../release/package/kustomize-overlay.ts";
import { OVERLAY_NAMES, overlayConfig } from "../../../release/package/site-overlays.ts";
import { filledRawConfig } from "../../support/filled-config.ts";
import { buildControlPlane } from "../control-plane/control-plane.ts";

const BUILD_TIMEOUT_MS = 40 * 60_000;

describe("the overlays of the package", () => {
  let scratch = "";
  let kubectl = "";
  beforeAll(async () => {
    kubectl = join(await buildControlPlane(), "kubectl");
    scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-overlays-"));
  }, BUILD_TIMEOUT_MS);
  afterAll(() => rmSync(scratch, { recursive: true }));

  function writeFiles(directory: string, files: ReadonlyMap<string, string>): void {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
  }

  type Manifest = { kind: string; metadata: { name: string; namespace?: string } };
  const byIdentity = (objects: readonly unknown[]) =>
    Object.fromEntries(
      (objects as Manifest[]).map((object) => [
        `${object.kind} ${object.metadata.namespace ?? ""}/${object.metadata.name}`,
        object,
      ]),
    );

  test.each(OVERLAY_NAMES)("kubectl renders %s to exactly the objects of its plan", async (overlay) => {
    const raw = filledRawConfig("package");
    const base = renderManifests(await planEnvironment(program, raw));
    const variant = renderManifests(await planEnvironment(program, overlayConfig(raw, overlay)));
    const directory = join(scratch, overlay);
    writeFiles(join(directory, "base"), base);
    writeFiles(join(directory, "overlays", overlay), createOverlay(base, variant, "../../base"));
    const output = execFileSync(kubectl, ["kustomize", join(directory, "overlays", overlay)], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    const rendered = parseAllDocuments(output).map((document) => document.toJS());
    expect(byIdentity(rendered)).toEqual(byIdentity([...objectsOf(variant).values()]));
  });

  test("an overlay adds, changes and deletes objects, whatever characters their names contain", () => {
    const object = (name: string, data: object) =>
      JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "a" }, data });
    const manifests = (objects: Record<string, string>) =>
      new Map([
        ["kustomization.yaml", JSON.stringify({ resources: Object.keys(objects) })],
        ...Object.entries(objects),
      ]);
    const base = manifests({
      "a/1.yaml": object("one.a", { kept: "x", changed: "1", "removed/~key": "y" }),
      "a/2.yaml": object("two", { gone: "z" }),
      "a/4.yaml": object("onexa", { kept: "similar name" }),
    });
    const variant = manifests({
      "a/1.yaml": object("one.a", { kept: "x", changed: "2", added: "{{ }}" }),
      "a/3.yaml": object("three", { new: "n" }),
      "a/4.yaml": object("onexa", { kept: "similar name" }),
    });
    const directory = join(scratch, "small");
    writeFiles(join(directory, "base"), base);
    writeFiles(join(directory, "overlay"), createOverlay(base, variant, "../base"));
    const output = execFileSync(kubectl, ["kustomize", join(directory, "overlay")], { encoding: "utf8" });
    const rendered = parseAllDocuments(output).map((document) => document.toJS());
    expect(byIdentity(rendered)).toEqual(byIdentity([...objectsOf(variant).values()]));
  });
});
