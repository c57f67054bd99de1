import { describe, expect, test } from "@jest/globals";
import { ENVIRONMENTS } from "../../../components/shared/environments.ts";
import { readArchitecture } from "../../../plan/graph/architecture.ts";
import { renderGraphSvg } from "../../../plan/graph/render-graph.ts";
import type { JsonObject, Plan } from "../../../plan/plan.ts";
import { planOf } from "../../support/plans.ts";
import {
  allowFromWorkload,
  committedPlan,
  createNetworkPolicy,
  createObject,
  createPlan,
  createWorkload,
} from "../plan-builders.ts";

/** The texts of an image, with entities resolved. */
function textOfSvg(svg: string): string {
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => text);
  return texts
    .join("\n")
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&lt;", "<");
}

/** The arrows of an image as `from -> to`. */
function edgesOfSvg(svg: string): string[] {
  const titles = [...svg.matchAll(/class="edge">\s*<title>([^<]*)<\/title>/g)].map(([, title = ""]) => title);
  return titles.map((title) =>
    title
      .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
      .replaceAll("&gt;", ">"),
  );
}

const internet = { from: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ protocol: "TCP", port: 8443 }] };
const service = (type: string, ports: JsonObject) =>
  createObject("core/v1", "Service", "web", {
    spec: { type, selector: { "app.kubernetes.io/name": "web" }, ports: [ports] },
  });

const shopPlan: Plan = createPlan(
  createWorkload("Deployment", "web"),
  createWorkload("StatefulSet", "store", {
    volumeClaimTemplates: [
      { metadata: { name: "data" }, spec: { resources: { requests: { storage: "5Gi" } } } },
    ],
  }),
  createObject("autoscaling/v2", "HorizontalPodAutoscaler", "web", {
    spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, minReplicas: 3, maxReplicas: 12 },
  }),
  service("LoadBalancer", { port: 443 }),
  createNetworkPolicy("web", internet),
  createNetworkPolicy("store", allowFromWorkload("web", 5432)),
);

describe("the allowed connections", () => {
  test("are exactly those that the NetworkPolicies allow", () => {
    expect(readArchitecture(shopPlan).connections).toEqual([
      { from: "LoadBalancer game/web game/web", to: "game/web", ports: ["TCP 8443"] },
      { from: "game/web", to: "game/store", ports: ["TCP 5432"] },
      { from: "players", to: "LoadBalancer game/web game/web", ports: ["TCP 443"] },
    ]);
  });

  test("disappear with the policy that allows them", () => {
    const without = {
      ...shopPlan,
      resources: shopPlan.resources.filter(({ name }) => name !== "store-networkpolicy"),
    };
    expect(readArchitecture(without).connections.map(({ to }) => to)).not.toContain("game/store");
  });

  test("through an Ingress pass its controller's namespace", () => {
    const selector = { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } };
    const backend = { service: { name: "web", port: { number: 80 } } };
    const { connections, externalEndpoints, externalPeers } = readArchitecture(
      createPlan(
        createWorkload("Deployment", "web"),
        service("ClusterIP", { port: 80 }),
        createObject("networking.k8s.io/v1", "Ingress", "web", {
          spec: { rules: [{ host: "play.example.com", http: { paths: [{ backend }] } }] },
        }),
        createNetworkPolicy("web", { from: [{ namespaceSelector: selector }], ports: [{ port: 80 }] }),
      ),
    );
    expect(externalEndpoints).toMatchObject([
      { kind: "Ingress", portsOrHosts: ["play.example.com"], controllerNamespaces: ["ingress-nginx"] },
    ]);
    expect(connections.map(({ from, to }) => [from, to])).toEqual([
      ["Ingress game/web game/web", "game/web"],
      ["players", "Ingress game/web game/web"],
    ]);
    expect(externalPeers.map(({ kind }) => kind)).toEqual(["players"]);
  });

  test("through a NodePort Service use the node port", () => {
    const plan = createPlan(
      createWorkload("Deployment", "web"),
      service("NodePort", { port: 443, nodePort: 30443 }),
      createNetworkPolicy("web", internet),
    );
    expect(readArchitecture(plan).connections).toContainEqual({
      from: "players",
      to: "NodePort game/web game/web",
      ports: ["TCP 30443"],
    });
  });

  test("include addresses outside the cluster, such as an external database", () => {
    const out = createObject("networking.k8s.io/v1", "NetworkPolicy", "web", {
      spec: {
        podSelector: { matchLabels: { "app.kubernetes.io/name": "web" } },
        policyTypes: ["Egress"],
        egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/24" } }], ports: [{ port: 5433 }] }],
      },
    });
    const { connections } = readArchitecture(createPlan(createWorkload("Deployment", "web"), out));
    expect(connections).toEqual([{ from: "game/web", to: "addresses 10.0.0.0/24", ports: ["TCP 5433"] }]);
  });

  test("a rule without peers lets everybody in, and the picture says so", () => {
    const { externalPeers } = readArchitecture(
      createPlan(createWorkload("Deployment", "web"), createNetworkPolicy("web", { ports: [] })),
    );
    expect(externalPeers).toMatchObject([{ names: ["anywhere"] }]);
  });
});

describe("the rendered graph", () => {
  test("shows each workload with its replicas and image, each volume, each entry point and each connection", async () => {
    const svg = await renderGraphSvg(shopPlan);
    const text = textOfSvg(svg);
    for (const word of [
      "web",
      "store",
      "3–12 replicas",
      "2 replicas",
      "web:1.2.3",
      "data 5Gi",
      "Load balancer",
      "Players",
    ]) {
      expect(text).toContain(word);
    }
    expect(edgesOfSvg(svg).sort()).toEqual([
      "LoadBalancer game/web game/web->game/web",
      "game/store->volume game/store store data 5Gi",
      "game/web->game/store",
      "players->LoadBalancer game/web game/web",
    ]);
  });

  test.each(ENVIRONMENTS)("of %s is deterministic and complete", async (environment) => {
    const plan = await committedPlan(environment);
    const svg = await renderGraphSvg(plan);
    expect(await renderGraphSvg({ ...plan, resources: plan.resources.toReversed() })).toBe(svg);
    for (const { title, workloads } of readArchitecture(plan).groups) {
      expect(textOfSvg(svg)).toContain(title);
      for (const { name } of workloads) expect(textOfSvg(svg)).toContain(name);
    }
    expect(textOfSvg(svg)).toContain("everything else is denied");
  });

  test("does not change when only the content of a ConfigMap changes", async () => {
    const [before, after] = [
      await committedPlan("local"),
      await planOf("local", (values) => {
        values.gameServer.variables = { ...values.gameServer.variables, GODOT_LOG_LEVEL: "warning" };
      }),
    ];
    expect(await renderGraphSvg(after)).toBe(await renderGraphSvg(before));
  });

  test("escapes markup in resource names", async () => {
    const evil = '"><script>alert(1)</script><a href="javascript:x">&';
    const svg = await renderGraphSvg(
      createPlan(createWorkload("Deployment", evil), createNetworkPolicy(evil, internet)),
    );
    expect(svg).not.toMatch(/<script|<a |<foreignObject|onload=|href="j/i);
    expect(textOfSvg(svg)).toContain("<script");
  });

  test("says that everything else is denied only if a default-deny policy exists", async () => {
    expect(textOfSvg(await renderGraphSvg(shopPlan))).not.toContain("denied");
  });

  test("has its own background, so that it is readable on a dark page", async () => {
    expect(await renderGraphSvg(shopPlan)).toMatch(/<rect width="100%" height="100%"[^>]*fill="#ffffff"/);
  });
});
