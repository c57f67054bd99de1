import { type Graph, instance } from "@viz-js/viz";
import { type Architecture, architectureOf } from "./architecture.ts";
import { bold, CARD, escaped, INK, LINE, listed, MUTED, PALETTES, plain, table } from "./graph-markup.ts";
import {
  entranceNode,
  groupNode,
  noteName,
  noteNode,
  outsiderNode,
  volumeName,
  volumeNodes,
  withoutDigest,
} from "./graph-nodes.ts";
import type { Plan } from "./plan.ts";
import { byCodeUnit } from "./text.ts";

/** Graphviz knows how wide Helvetica's letters are; the others that a browser may take instead are as wide. */
const MEASURED_FONT = "Helvetica";
const FONTS = "Helvetica, Arial, 'Liberation Sans', sans-serif";

/** The architecture of a plan as an SVG picture, read from the plan alone; the same plan always gives the same picture. */
export async function graphSvg(plan: Plan): Promise<string> {
  const viz = await instance();
  const result = viz.render(graphOf(architectureOf(plan), plan), { format: "svg", engine: "dot" });
  // A warning is only that a letter's width is guessed; on an error Graphviz leaves parts out and goes on.
  const errors = result.errors.filter(({ level }) => level !== "warning");
  if (result.status === "failure" || errors.length > 0) {
    throw new Error(`Graphviz: ${errors.map(({ message }) => message).join("; ")}`);
  }
  return asCard(result.output, `The architecture of ${plan.environment}`);
}

type Edge = NonNullable<Graph["edges"]>[number];
type Cluster = NonNullable<Graph["subgraphs"]>[number];

function graphOf(architecture: Architecture, plan: Plan): Graph {
  const font = { fontname: MEASURED_FONT, fontsize: 11, fontcolor: INK };
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
      label: { html: footer(architecture, plan) },
    },
    nodeAttributes: { ...font, shape: "plain" },
    edgeAttributes: { ...font, color: LINE, arrowsize: 0.7 },
    nodes: [...architecture.outsiders.map(outsiderNode), ...architecture.entrances.map(entranceNode)],
    edges: [...trafficEdges(architecture), ...volumeEdges(architecture), ...placingEdges(architecture)],
    subgraphs: namespaces(architecture).map((namespace) => cluster(namespace, architecture)),
  };
}

function footer({ denying, groups, askNames }: Architecture, { environment }: Plan): string {
  const isDenied = groups.every(({ namespace }) => denying.has(namespace));
  const arrows = "An arrow is traffic that a NetworkPolicy lets through, with the ports of the receiver";
  return table([
    bold(`SpaceTime VR, ${environment}`, 12),
    plain(`${arrows}${isDenied ? "; everything else is denied" : ""}.`, MUTED, 10),
    ...(askNames.length === 0
      ? []
      : [plain(`Not drawn: name lookups at the cluster's DNS by ${listed(askNames)}.`, MUTED, 10)]),
  ]);
}

function namespaces({ groups, objects }: Architecture): string[] {
  const declared = objects.filter(({ kind }) => kind === "Namespace").map(({ name }) => name);
  return [...new Set([...groups.map(({ namespace }) => namespace), ...declared])].sort(byCodeUnit);
}

function cluster(namespace: string, architecture: Architecture): Cluster {
  const inside = architecture.groups.filter((group) => group.namespace === namespace);
  const unread = unreadNames(namespace, architecture);
  return {
    name: `cluster_${namespace}`,
    graphAttributes: {
      label: { html: `${plain("namespace", MUTED)} ${bold(namespace)}` },
      labelloc: "t",
      labeljust: "l",
      style: "filled,rounded",
      fillcolor: PALETTES.namespace.fill,
      color: PALETTES.namespace.border,
      margin: 14,
    },
    nodes: [
      ...inside.flatMap((group) => [groupNode(group), ...volumeNodes(group)]),
      ...(unread.length === 0 ? [] : [noteNode(namespace, unread)]),
    ],
  };
}

/** ConfigMaps and Secrets of a namespace that no workload of the plan reads. */
function unreadNames(namespace: string, { objects, groups }: Architecture): string[] {
  const inside = groups.filter((group) => group.namespace === namespace);
  const read = new Set(inside.flatMap(({ reads }) => [...reads]));
  return objects
    .filter(({ kind }) => kind === "Secret" || kind === "ConfigMap")
    .filter((object) => object.namespace === namespace && !read.has(`${object.kind}/${object.name}`))
    .map(({ kind, name }) => `${kind} ${withoutDigest(name)}`)
    .sort(byCodeUnit);
}

function trafficEdges({ connections }: Architecture): Edge[] {
  return connections.map(({ from, to, ports }) => ({
    tail: from,
    head: to,
    attributes: ports.length === 0 ? {} : { label: { html: beside(ports) } },
  }));
}

/** Ports one below the other, at a distance from the arrow. */
function beside(ports: readonly string[]): string {
  const lines = table(ports.map((port) => plain(port, INK, 10)));
  return `<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="3"><TR><TD>${lines}</TD></TR></TABLE>`;
}

function volumeEdges({ groups }: Architecture): Edge[] {
  return groups.flatMap((group) =>
    group.workloads.flatMap((workload) =>
      workload.volumes.map((volume) => ({
        tail: group.id,
        head: volumeName(group, workload, volume),
        attributes: { style: "dashed", arrowhead: "none" },
      })),
    ),
  );
}

/** Namespaces without a workload stand one below the other beside the rest, from the height of the first workload on. */
function placingEdges(architecture: Architecture): Edge[] {
  const { outsiders, entrances, groups } = architecture;
  const notes = namespaces(architecture)
    .filter((namespace) => groups.every((group) => group.namespace !== namespace))
    .filter((namespace) => unreadNames(namespace, architecture).length > 0)
    .map(noteName);
  const above = [entrances.at(-1)?.id ?? outsiders[0]?.id, ...notes];
  return notes.flatMap((head, index) => {
    const tail = above[index];
    return tail === undefined ? [] : [{ tail, head, attributes: { style: "invis", weight: 0 } }];
  });
}

/** Graphviz' picture as a card with round corners that says what it shows. */
function asCard(svg: string, title: string): string {
  const background = `<rect width="100%" height="100%" rx="8" fill="${CARD}" stroke="${PALETTES.namespace.border}"/>`;
  return svg
    .slice(svg.indexOf("<svg"))
    .replaceAll(/<!--.*?-->\n?/gs, "")
    .replaceAll(`font-family="${MEASURED_FONT}"`, `font-family="${FONTS}"`)
    .replace(">", ` role="img" aria-label="${escaped(title)}">\n${background}`);
}
