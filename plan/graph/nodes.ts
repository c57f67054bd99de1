import type { Graph } from "@viz-js/viz";
import { compareCodeUnits } from "../format.ts";
import type { ExternalEndpoint } from "./external-endpoints.ts";
import {
  boldText,
  formatList,
  MAX_LISTED,
  MUTED_COLOUR,
  NODE_PALETTES,
  plainText,
  renderBox,
  renderTable,
} from "./html-labels.ts";
import type { ExternalPeer } from "./network-policy-traffic.ts";
import type { Workload, WorkloadGroup } from "./workload-groups.ts";

type Node = NonNullable<Graph["nodes"]>[number];

function createNode(name: string, html: string, attributes: Node["attributes"] = {}): Node {
  return { name, attributes: { label: { html }, ...attributes } };
}

/** A workload group with its workloads, images and referenced ConfigMaps and Secrets. */
export function workloadGroupNode(group: WorkloadGroup): Node {
  const isStateful = group.workloads.some(({ kind }) => kind === "StatefulSet");
  const shown = group.workloads.slice(0, MAX_LISTED);
  const more = group.workloads.length - shown.length;
  const lines = [
    boldText(group.title, 13),
    ...shown.map((workload) => workloadLine(workload, group)),
    ...(more > 0 ? [plainText(`and ${more} more`, MUTED_COLOUR)] : []),
    ...shortImageNames(group).map((image) => plainText(image, MUTED_COLOUR, 10)),
    ...formatReferences("ConfigMap", group.configReferences),
    ...formatReferences("Secret", group.configReferences),
  ];
  return createNode(group.id, renderBox(lines, NODE_PALETTES[isStateful ? "stateful" : "stateless"]));
}

function workloadLine({ kind, name, replicas, protect }: Workload, { title }: WorkloadGroup): string {
  const pool = name === title ? "" : ` ${name}`;
  return `${plainText(`${kind}${pool},`)} ${boldText(replicas)}${plainText(protect ? ", protected" : "")}`;
}

function shortImageNames({ workloads }: WorkloadGroup): string[] {
  return [...new Set(workloads.flatMap((workload) => workload.images.map(shortImage)))].sort(
    compareCodeUnits,
  );
}

function formatReferences(kind: string, reads: ReadonlySet<string>): string[] {
  const names = [...reads].filter((read) => read.startsWith(`${kind}/`));
  const shown = [...new Set(names.map((read) => stripDigestSuffix(read.slice(kind.length + 1))))].sort(
    compareCodeUnits,
  );
  return shown.length === 0
    ? []
    : [plainText(`${kind}${shown.length > 1 ? "s" : ""}: ${formatList(shown)}`, MUTED_COLOUR, 9)];
}

/** Removes content hashes from names, so that the graph does not change with the content. */
export function stripDigestSuffix(name: string): string {
  return name.replace(/-[0-9a-f]{10}$/, "");
}

/** `server@sha256:1f3a5b7c9d0e…` of `registry.example.com/game/server@sha256:…`. */
function shortImage(image: string): string {
  const last = image.split("/").at(-1) ?? image;
  return last.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, "$1…");
}

/** The id of a volume claim's node. */
export function volumeNodeId(group: WorkloadGroup, workload: Workload, volume: string): string {
  return `volume ${group.id} ${workload.name} ${volume}`;
}

/** A cylinder for each volume claim of a group. */
export function volumeNodes(group: WorkloadGroup): Node[] {
  const { fill, border } = NODE_PALETTES.storage;
  const style = { shape: "cylinder", style: "filled", fillcolor: fill, color: border, margin: "0.14,0.08" };
  return group.workloads.flatMap((workload) =>
    workload.volumes.map((volume) => {
      const label = renderTable([boldText(volume), plainText("per replica", MUTED_COLOUR, 9)]);
      return createNode(volumeNodeId(group, workload, volume), label, style);
    }),
  );
}

/** A namespace's ConfigMaps and Secrets that no workload of the plan reads. */
export function unreferencedNode(namespace: string, names: readonly string[]): Node {
  return createNode(
    unreferencedNodeId(namespace),
    renderTable(names.map((name) => plainText(name, MUTED_COLOUR, 10))),
  );
}

export function unreferencedNodeId(namespace: string): string {
  return `note ${namespace}`;
}

const ENDPOINT_LABELS = { LoadBalancer: "Load balancer", NodePort: "Node port", Ingress: "Ingress" };

export function externalEndpointNode({
  id,
  kind,
  name,
  portsOrHosts,
  controllerNamespaces,
}: ExternalEndpoint): Node {
  const lines = [
    boldText(ENDPOINT_LABELS[kind], 12),
    plainText(kind === "Ingress" ? formatList(portsOrHosts) : name),
    ...(controllerNamespaces.length === 0
      ? []
      : [plainText(`through ${formatList(controllerNamespaces)}`, MUTED_COLOUR, 10)]),
  ];
  return createNode(id, renderBox(lines, NODE_PALETTES.endpoint));
}

const PEER_LABELS = { players: "Players", addresses: "Outside the cluster", namespace: "Namespace" };

export function externalPeerNode({ id, kind, names }: ExternalPeer): Node {
  const anywhere = names.some((name) => ["0.0.0.0/0", "::/0"].includes(name));
  const where = anywhere ? "from anywhere" : formatList(names);
  return createNode(
    id,
    renderBox(
      [boldText(PEER_LABELS[kind], 12), ...(where === "" ? [] : [plainText(where, MUTED_COLOUR, 10)])],
      NODE_PALETTES.external,
    ),
  );
}
