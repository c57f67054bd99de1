import type { PolicyContext } from "../../context.ts";
import { gameServers, variable } from "../../game-server.ts";
import { type Container, servicesOf } from "../../kubernetes.ts";
import { openings } from "../../network.ts";
import type { Node, Violation } from "../../node.ts";
import type { Rule } from "../../rule.ts";

/** The types of Service that open a way in from outside the cluster. */
const OUTWARD = ["NodePort", "LoadBalancer", "ExternalName"];

function outward(service: Node, port: string): Violation[] {
  const type = service.at("spec", "type");
  if (!OUTWARD.includes(type.text ?? "ClusterIP")) return [];
  const carries = service.at("spec", "ports").items.some((entry) => {
    const target = entry.at("targetPort");
    return target.text === "discovery" || String(target.number ?? entry.at("port").number) === port;
  });
  return carries ? [type.violation(`the mesh port ${port} leaves the cluster by ${type.shown}`)] : [];
}

function openToOthers(context: PolicyContext, server: Container, port: string): Violation[] {
  return openings(context, server.pod, Number(port), "UDP")
    .filter(({ workload }) => workload !== "game-server")
    .map(({ node, workload, given }) =>
      node.violation(`the mesh port ${port} is open to ${workload ?? "more than one workload"}`, ...given),
    );
}

export const keepMeshInternal: Rule<Container> = {
  name: "keep-mesh-internal",
  items: ["pre.security.meshing-internal"],
  description: "The meshing port is open between game servers and to nobody else.",
  explanation: "Discovery believes what it hears: a stranger on this port could take over a region.",
  remediation:
    "Carry GODOT_DISCOVERY_PORT by the headless Service only, and allow it from game-server pods only.",
  subjects: gameServers,
  check: (server, context) => {
    const port = variable(context, server, "GODOT_DISCOVERY_PORT");
    if (port.text === undefined) return [port.violation(`GODOT_DISCOVERY_PORT is ${port.shown}`)];
    const text = port.text;
    return [
      ...openToOthers(context, server, text),
      ...servicesOf(context, server.pod).flatMap((service) => outward(service, text)),
    ];
  },
};
