import { type Graph, instance } from "@viz-js/viz";
import { compareCodeUnits } from "../format.ts";
import type { Plan } from "../plan.ts";
import { type Architecture, readArchitecture } from "./architecture.ts";
import {
  boldText,
  CARD_COLOUR,
  escapeXml,
  formatList,
  LINE_COLOUR,
  MUTED_COLOUR,
  NODE_PALETTES,
  plainText,
  renderTable,
  TEXT_COLOUR,
} from "./html-labels.ts";
import {
  externalEndpointNode,
  externalPeerNode,
  stripDigestSuffix,
  unreferencedNode,
  unreferencedNodeId,
  volumeNodeId,
  volumeNodes,
  workloadGroupNode,
} from "./nodes.ts";

/** Graphviz has the metrics of Helvetica; the fallback fonts have the same widths. */
const MEASURED_FONT = "Helvetica";
const FONT_FAMILY = "Helvetica, Arial, 'Liberation Sans', sans-serif";

/** Renders the architecture of a plan as an SVG; the result is deterministic. */
export async function renderGraphSvg(plan: Plan): Promise<string> {
  const viz = await instance();
  const result = viz.render(buildGraph(readArchitecture(plan), plan), { format: "svg", engine: "dot" });
  // Warnings are about estimated character widths; on an error, Graphviz would continue with an incomplete graph.
  const errors = result.errors.filter(({ level }) => level !== "warning");
  if (result.status === "failure" || errors.length > 0) {
    throw new Error(`Graphviz: ${errors.map(({ message }) => message).join("; ")}`);
  }
  return addCardBackground(result.output, `The architecture of ${plan.environment}`);
}

type Edge = NonNullable<Graph["edges"]>[number];
type Cluster = NonNullable<Graph["subgraphs"]>[number];

function buildGraph(architecture: Architecture, plan: Plan): Graph {
  const font = { fontname: MEASURED_FONT, fontsize: 11, fontcolor: TEXT_COLOUR };
  return {
    directed: true,
    graphAttributes: {
      ...font,
      rankdir: "TB",
      bgcolor: "transparent",
      pad: 0.3,
      nodesep: 0.35,
      ranksep: 0.4,
      labelloc: "b",
      labeljust: "l",
      label: { html: footerLabel(architecture, plan) },
    },
    nodeAttributes: { ...font, shape: "plain" },
    edgeAttributes: { ...font, color: LINE_COLOUR, arrowsize: 0.7 },
    nodes: [
      ...architecture.externalPeers.map(externalPeerNode),
      ...architecture.externalEndpoints.map(externalEndpointNode),
    ],
    edges: [...trafficEdges(architecture), ...volumeEdges(architecture), ...layoutEdges(architecture)],
    subgraphs: listNamespaces(architecture).map((namespace) => namespaceCluster(namespace, architecture)),
  };
}

function footerLabel(
  { defaultDenyNamespaces, groups, dnsClients }: Architecture,
  { environment }: Plan,
): string {
  const isDenied = groups.every(({ namespace }) => defaultDenyNamespaces.has(namespace));
  const arrows = "An arrow is traffic that a NetworkPolicy allows, with the ports of the receiver";
  return renderTable([
    boldText(`SpaceTime VR, ${environment}`, 12),
    plainText(`${arrows}${isDenied ? "; everything else is denied" : ""}.`, MUTED_COLOUR, 10),
    ...(dnsClients.length === 0
      ? []
      : [plainText(`Not shown: DNS lookups by ${formatList(dnsClients)}.`, MUTED_COLOUR, 10)]),
  ]);
}

function listNamespaces({ groups, objects }: Architecture): string[] {
  const declared = objects.filter(({ kind }) => kind === "Namespace").map(({ name }) => name);
  return [...new Set([...groups.map(({ namespace }) => namespace), ...declared])].sort(compareCodeUnits);
}

function namespaceCluster(namespace: string, architecture: Architecture): Cluster {
  const inside = architecture.groups.filter((group) => group.namespace === namespace);
  const unread = unreferencedNames(namespace, architecture);
  return {
    name: `cluster_${namespace}`,
    graphAttributes: {
      label: { html: `${plainText("namespace", MUTED_COLOUR)} ${boldText(namespace)}` },
      labelloc: "t",
      labeljust: "l",
      style: "filled,rounded",
      fillcolor: NODE_PALETTES.namespace.fill,
      color: NODE_PALETTES.namespace.border,
      margin: 14,
    },
    nodes: [
      ...inside.flatMap((group) => [workloadGroupNode(group), ...volumeNodes(group)]),
      ...(unread.length === 0 ? [] : [unreferencedNode(namespace, unread)]),
    ],
  };
}

/** ConfigMaps and Secrets of a namespace that no workload of the plan reads. */
function unreferencedNames(namespace: string, { objects, groups }: Architecture): string[] {
  const inside = groups.filter((group) => group.namespace === namespace);
  const read = new Set(inside.flatMap(({ configReferences }) => [...configReferences]));
  return objects
    .filter(({ kind }) => kind === "Secret" || kind === "ConfigMap")
    .filter((object) => object.namespace === namespace && !read.has(`${object.kind}/${object.name}`))
    .map(({ kind, name }) => `${kind} ${stripDigestSuffix(name)}`)
    .sort(compareCodeUnits);
}

function trafficEdges({ connections }: Architecture): Edge[] {
  return connections.map(({ from, to, ports }) => ({
    tail: from,
    head: to,
    attributes: ports.length === 0 ? {} : { label: { html: portsLabel(ports) } },
  }));
}

/** Ports in separate lines, with a gap to the arrow. */
function portsLabel(ports: readonly string[]): string {
  const lines = renderTable(ports.map((port) => plainText(port, TEXT_COLOUR, 10)));
  return `<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="3"><TR><TD>${lines}</TD></TR></TABLE>`;
}

function volumeEdges({ groups }: Architecture): Edge[] {
  return groups.flatMap((group) =>
    group.workloads.flatMap((workload) =>
      workload.volumes.map((volume) => ({
        tail: group.id,
        head: volumeNodeId(group, workload, volume),
        attributes: { style: "dashed", arrowhead: "none" },
      })),
    ),
  );
}

/** Places namespaces without workloads below each other, next to the others, starting at the height of the first workload. */
function layoutEdges(architecture: Architecture): Edge[] {
  const { externalPeers, externalEndpoints, groups } = architecture;
  const notes = listNamespaces(architecture)
    .filter((namespace) => groups.every((group) => group.namespace !== namespace))
    .filter((namespace) => unreferencedNames(namespace, architecture).length > 0)
    .map(unreferencedNodeId);
  const above = [externalEndpoints.at(-1)?.id ?? externalPeers[0]?.id, ...notes];
  return notes.flatMap((head, index) => {
    const tail = above[index];
    return tail === undefined ? [] : [{ tail, head, attributes: { style: "invis", weight: 0 } }];
  });
}

/** Converts the SVG of Graphviz to a card with rounded corners, a title and a description. */
function addCardBackground(svg: string, title: string): string {
  const background = `<rect width="100%" height="100%" rx="8" fill="${CARD_COLOUR}" stroke="${NODE_PALETTES.namespace.border}"/>`;
  return svg
    .slice(svg.indexOf("<svg"))
    .replaceAll(/<!--.*?-->\n?/gs, "")
    .replaceAll(`font-family="${MEASURED_FONT}"`, `font-family="${FONT_FAMILY}"`)
    .replace(">", ` role="img" aria-label="${escapeXml(title)}">\n${background}`);
}
