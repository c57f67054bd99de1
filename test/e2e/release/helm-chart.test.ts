import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { RawConfig } from "../../../components/config/config.ts";
import program from "../../../index.ts";
import { renderManifests } from "../../../plan/manifests/render-manifests.ts";
import { planEnvironment } from "../../../plan/plan-environment.ts";
import {
  describeReference,
  parseObjects,
  referenceOf,
} from "../../../release/deployment/kubernetes-objects.ts";
import { createChart } from "../../../release/helm/create-chart.ts";
import { markSiteValues } from "../../../release/helm/site-values.ts";
import { objectsOf } from "../../../release/package/kustomize-overlay.ts";
import { OVERLAY_NAMES, type OverlayName, overlayConfig } from "../../../release/package/site-overlays.ts";
import { changeRawConfig, filledRawConfig } from "../../support/filled-config.ts";
import { type ControlPlane, startControlPlane } from "../control-plane/control-plane.ts";
import { ensureReleasePrograms } from "./programs/release-programs.ts";

const BUILD_TIMEOUT_MS = 40 * 60_000;
const TIMEOUT_MS = 5 * 60_000;
const BUFFER = 64 * 1024 * 1024;

const raw = filledRawConfig("package");
let scratch = "";
let chart = "";
let helm = "";

beforeAll(async () => {
  helm = (await ensureReleasePrograms()).helm;
  scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-helm-"));
  chart = join(scratch, "spacetime-vr");
  const { raw: marked, values } = markSiteValues(raw);
  const render = async (config: RawConfig, overlay: OverlayName) =>
    renderManifests(await planEnvironment(program, overlayConfig(config, overlay)));
  const variants = [];
  for (const overlay of OVERLAY_NAMES)
    variants.push({ overlay, planned: await render(raw, overlay), marked: await render(marked, overlay) });
  for (const [path, text] of createChart({ version: "2.5.0", values, variants })) {
    mkdirSync(dirname(join(chart, path)), { recursive: true });
    writeFileSync(join(chart, path), text);
  }
}, BUILD_TIMEOUT_MS);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const byName = (objects: readonly ReturnType<typeof parseObjects>[number][]) =>
  Object.fromEntries(objects.map((object) => [describeReference(referenceOf(object)), object]));

function renderChart(...settings: readonly string[]): Record<string, unknown> {
  const args = ["template", "site", chart, ...settings.flatMap((setting) => ["--set", setting])];
  return byName(parseObjects(execFileSync(helm, args, { encoding: "utf8", maxBuffer: BUFFER })));
}

async function planned(config: RawConfig, overlay: OverlayName): Promise<Record<string, unknown>> {
  const manifests = renderManifests(await planEnvironment(program, overlayConfig(config, overlay)));
  return byName([...objectsOf(manifests).values()]);
}

const OTHER_DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

/** Every value of the chart, set to that of another site. */
const OTHER_SITE = [
  "domain=vr.customer.org",
  "storage.className=fast",
  "storage.postgres=200Gi",
  "storage.redis=10Gi",
  "ingress.className=traefik",
  "ingress.controllerNamespace=traefik-system",
  "gameServer.image.repository=registry.customer.org:5000/vr/server",
  `gameServer.image.digest=${OTHER_DIGEST}`,
  "gameServer.pools.main.minimum=4",
  "gameServer.pools.main.maximum=12",
  "gateway.replicas=3",
];

/** The stack file of that site. */
const otherSite = changeRawConfig(raw, (values) => {
  values.gateway.domain = "vr.customer.org";
  values.gateway.exposure.className = "traefik";
  values.gateway.exposure.controllerNamespace = "traefik-system";
  values.gateway.scaling.replicas = 3;
  values.cluster.storageClass = "fast";
  values.database.storage = "200Gi";
  values.redis.storage = "10Gi";
  values.gameServer.image = `registry.customer.org:5000/vr/server@${OTHER_DIGEST}`;
  Object.assign(values.gameServer.pools[0].scaling, { minimum: 4, maximum: 12 });
});

describe("the Helm chart of the package", () => {
  test("has no finding of helm lint", () => {
    const { status, stdout } = spawnSync(helm, ["lint", "--strict", chart], { encoding: "utf8" });
    expect(stdout).not.toMatch(/\[(?:WARNING|ERROR)\]/);
    expect(status).toBe(0);
  });

  test.each(OVERLAY_NAMES)("helm renders %s to exactly the objects of its plan", async (overlay) => {
    expect(renderChart("unfilledSecrets=true", `size=${overlay}`)).toEqual(await planned(raw, overlay));
  });

  test.each(OVERLAY_NAMES)(
    "with the values of another site, helm renders %s to the objects that are planned from that site's stack file",
    async (overlay) => {
      const rendered = renderChart("unfilledSecrets=true", `size=${overlay}`, ...OTHER_SITE);
      expect(rendered).toEqual(await planned(otherSite, overlay));
      // The hash in the name of a ConfigMap restarts the pods that read it.
      expect(Object.keys(rendered)).not.toEqual(Object.keys(await planned(raw, overlay)));
    },
  );

  test("does not contain the Secrets, whose values a release of Helm would store in the cluster a second time", () => {
    const kinds = Object.values(renderChart()).map((object) => (object as { kind: string }).kind);
    expect(kinds).not.toContain("Secret");
    expect(kinds).toContain("StatefulSet");
  });

  test.each([
    ["an unknown value", "gateway.replica=3", /additional properties 'replica' not allowed/],
    ["a domain with a scheme", "domain=https://vr.customer.org", /domain.*does not match pattern/],
    ["an image without a digest", "gameServer.image.digest=latest", /digest.*does not match pattern/],
    [
      "a text that would inject configuration",
      "domain=a.b; proxy_pass http://evil",
      /does not match pattern/,
    ],
    ["one gateway, whose node could not be drained", "gateway.replicas=1", /minimum: got 1, want 2/],
    ["a range that is empty", "gameServer.pools.main.minimum=7", /main.maximum must be at least the minimum/],
    ["an unknown size", "size=huge", /value must be one of/],
  ])("%s is rejected", (_name, setting, message) => {
    const { status, stderr } = spawnSync(helm, ["template", "site", chart, "--set", setting], {
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });
});

describe("the Helm chart on an API server", () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane();
  }, BUILD_TIMEOUT_MS);
  afterAll(async () => {
    await plane?.stop();
  });

  const run = (...args: readonly string[]) =>
    execFileSync(helm, args, {
      encoding: "utf8",
      env: { ...process.env, KUBECONFIG: plane.kubeconfig, HELM_CACHE_HOME: scratch },
      maxBuffer: BUFFER,
    });
  const read = (object: string, path: string) =>
    plane.kubectl(["get", object, "--namespace", "spacetime", "-o", `jsonpath={${path}}`]);
  const mountedConfig = () =>
    read("deployment/gateway", '.spec.template.spec.volumes[?(@.name=="config")].configMap.name');

  test(
    "is installed, upgraded to another domain, which replaces the configuration of the gateway, and rolled back",
    async () => {
      // An API server without volumes and secrets starts no pod, so nothing waits for them.
      expect(run("install", "site", chart, "--namespace", "default")).toContain("generate_secrets.sh");
      const before = await mountedConfig();
      expect(await read("ingress/gateway", ".spec.rules[0].host")).toBe("play.spacetime-vr.com");
      run("upgrade", "site", chart, "--namespace", "default", "--set", "domain=vr.customer.org");
      const after = await mountedConfig();
      expect(after).not.toBe(before);
      expect(await read(`configmap/${after}`, ".data")).toContain("vr.customer.org");
      run("rollback", "site", "1", "--namespace", "default");
      expect(await mountedConfig()).toBe(before);
      expect(await read("ingress/gateway", ".spec.rules[0].host")).toBe("play.spacetime-vr.com");
    },
    TIMEOUT_MS,
  );
});
