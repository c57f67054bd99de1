import type { Graph } from "@viz-js/viz";
import type { Entrance } from "./entrances.ts";
import { bold, box, listed, MOST_LISTED, MUTED, PALETTES, plain, table } from "./graph-markup.ts";
import { byCodeUnit } from "./text.ts";
import type { Outsider } from "./traffic.ts";
import type { Workload, WorkloadGroup } from "./workload-groups.ts";

export type Node = NonNullable<Graph["nodes"]>[number];

function node(name: string, html: string, attributes: Node["attributes"] = {}): Node {
  return { name, attributes: { label: { html }, ...attributes } };
}

/** What is told apart by policies, with its workloads, images and what its pods read. */
export function groupNode(group: WorkloadGroup): Node {
  const isStateful = group.workloads.some(({ kind }) => kind === "StatefulSet");
  const shown = group.workloads.slice(0, MOST_LISTED);
  const more = group.workloads.length - shown.length;
  const lines = [
    bold(group.title, 13),
    ...shown.map((workload) => workloadLine(workload, group)),
    ...(more > 0 ? [plain(`and ${more} more`, MUTED)] : []),
    ...images(group).map((image) => plain(image, MUTED, 10)),
    ...readLine("ConfigMap", group.reads),
    ...readLine("Secret", group.reads),
  ];
  return node(group.id, box(lines, PALETTES[isStateful ? "stateful" : "stateless"]));
}

function workloadLine({ kind, name, replicas, protect }: Workload, { title }: WorkloadGroup): string {
  const pool = name === title ? "" : ` ${name}`;
  return `${plain(`${kind}${pool},`)} ${bold(replicas)}${plain(protect ? ", protected" : "")}`;
}

function images({ workloads }: WorkloadGroup): string[] {
  return [...new Set(workloads.flatMap((workload) => workload.images.map(shortImage)))].sort(byCodeUnit);
}

function readLine(kind: string, reads: ReadonlySet<string>): string[] {
  const names = [...reads].filter((read) => read.startsWith(`${kind}/`));
  const shown = [...new Set(names.map((read) => withoutDigest(read.slice(kind.length + 1))))].sort(
    byCodeUnit,
  );
  return shown.length === 0
    ? []
    : [plain(`${kind}${shown.length > 1 ? "s" : ""}: ${listed(shown)}`, MUTED, 9)];
}

/** Names end in a digest of the content where a change must roll what reads it; the picture need not change with it. */
export function withoutDigest(name: string): string {
  return name.replace(/-[0-9a-f]{10}$/, "");
}

/** `server@sha256:1f3a5b7c9d0e…` of `registry.example.com/game/server@sha256:…`. */
function shortImage(image: string): string {
  const last = image.split("/").at(-1) ?? image;
  return last.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, "$1…");
}

/** The name of a claim's node. */
export function volumeName(group: WorkloadGroup, workload: Workload, volume: string): string {
  return `volume ${group.id} ${workload.name} ${volume}`;
}

/** A cylinder for each claim that the replicas of a group get. */
export function volumeNodes(group: WorkloadGroup): Node[] {
  const { fill, border } = PALETTES.storage;
  const style = { shape: "cylinder", style: "filled", fillcolor: fill, color: border, margin: "0.14,0.08" };
  return group.workloads.flatMap((workload) =>
    workload.volumes.map((volume) => {
      const label = table([bold(volume), plain("per replica", MUTED, 9)]);
      return node(volumeName(group, workload, volume), label, style);
    }),
  );
}

/** A namespace's ConfigMaps and Secrets that no workload of the plan reads. */
export function noteNode(namespace: string, names: readonly string[]): Node {
  return node(noteName(namespace), table(names.map((name) => plain(name, MUTED, 10))));
}

export function noteName(namespace: string): string {
  return `note ${namespace}`;
}

const ENTRANCES = { LoadBalancer: "Load balancer", NodePort: "Node port", Ingress: "Ingress" };

export function entranceNode({ id, kind, name, listens, through }: Entrance): Node {
  const lines = [
    bold(ENTRANCES[kind], 12),
    plain(kind === "Ingress" ? listed(listens) : name),
    ...(through.length === 0 ? [] : [plain(`through ${listed(through)}`, MUTED, 10)]),
  ];
  return node(id, box(lines, PALETTES.entrance));
}

const OUTSIDERS = { players: "Players", addresses: "Outside the cluster", namespace: "Namespace" };

export function outsiderNode({ id, kind, names }: Outsider): Node {
  const anywhere = names.some((name) => ["0.0.0.0/0", "::/0"].includes(name));
  const where = anywhere ? "from anywhere" : listed(names);
  return node(
    id,
    box([bold(OUTSIDERS[kind], 12), ...(where === "" ? [] : [plain(where, MUTED, 10)])], PALETTES.outside),
  );
}
