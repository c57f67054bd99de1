import {
  compareCodeUnits,
  createPaint,
  escapeControlCharacters,
  type FormatOptions,
  formatCount,
  type Paint,
  truncateEnd,
  truncateStart,
} from "./format.ts";
import { type Plan, type PlannedResource, STACK_TYPE } from "./plan.ts";

/**
 * The number of resources of an environment. Everything with a URN counts: the stack, components and provider resources
 * (including explicit providers). `total` is the number in `pulumi preview` of a new stack, and the length of `resources`.
 */
export interface ResourceCount {
  readonly total: number;
  readonly stacks: number;
  readonly components: number;
  readonly providerResources: number;
}

export function countResources({ resources }: Plan): ResourceCount {
  const stacks = resources.filter(({ type }) => type === STACK_TYPE).length;
  const providerResources = resources.filter(({ custom }) => custom).length;
  const total = resources.length;
  return { total, stacks, components: total - stacks - providerResources, providerResources };
}

/** Formats the count: `production: 79 resources (the stack, 14 components, 64 provider resources)`. */
export function formatResourceCount(plan: Plan): string {
  const { total, stacks, components, providerResources } = countResources(plan);
  const parts = [
    ...(stacks > 0 ? ["the stack"] : []),
    formatCount(components, "component"),
    formatCount(providerResources, "provider resource"),
  ];
  return `${plan.environment}: ${formatCount(total, "resource")} (${parts.join(", ")})`;
}

/** Minimum width of the tree; lines wrap on a narrower terminal. */
const MIN_WIDTH = 60;

interface TreeRow {
  /** The prefix that connects a resource to its parent. */
  readonly branch: string;
  readonly name: string;
  readonly resource: PlannedResource;
}

/** Formats the resources as a tree, one line each: name, type, and whether it is a component or protected. */
export function formatResourceTree(plan: Plan, options: FormatOptions = {}): string {
  const rows = treeRows(plan);
  const width = Math.max(MIN_WIDTH, options.width ?? Number.POSITIVE_INFINITY);
  const names = Math.min(
    Math.max(0, ...rows.map(({ branch, name }) => branch.length + name.length)),
    // On a narrow terminal, the type gets at least a third.
    Math.floor((width * 2) / 3),
  );
  const paint = createPaint(options);
  return rows.map((row) => `${formatRow(row, names, width, paint)}\n`).join("");
}

function formatRow(
  { branch, resource, ...row }: TreeRow,
  names: number,
  width: number,
  paint: Paint,
): string {
  const note = [
    ...(resource.custom || resource.type === STACK_TYPE ? [] : ["component"]),
    ...(resource.protect ? ["protected"] : []),
  ].join(", ");
  const name = truncateEnd(row.name, names - branch.length);
  const gap = " ".repeat(names - branch.length - name.length + 2);
  const room = width - names - 2 - (note === "" ? 0 : note.length + 2);
  const type = truncateStart(shortType(resource.type), room);
  return [
    paint("dim", branch),
    resource.custom ? name : paint("bold", name),
    gap,
    paint("cyan", type),
    note === "" ? "" : `  ${resource.protect ? paint("yellow", note) : paint("dim", note)}`,
  ].join("");
}

/** The type as in `pulumi preview`: `random:index:RandomBytes` for `random:index/randomBytes:RandomBytes`. */
function shortType(type: string): string {
  const [provider, module, ...rest] = type.split(":");
  const [first, last] = (module ?? "").split("/");
  const repeats = last !== undefined && last.toLowerCase() === rest.join(":").toLowerCase();
  return repeats ? [provider, first, ...rest].join(":") : type;
}

function treeRows({ resources }: Plan): TreeRow[] {
  const known = new Set(resources.map(({ urn }) => urn));
  const children = Map.groupBy(resources, ({ parent }) =>
    parent !== null && known.has(parent) ? parent : null,
  );
  const below = (parent: string | null): PlannedResource[] =>
    (children.get(parent) ?? []).toSorted(
      (a, b) => compareCodeUnits(a.name, b.name) || compareCodeUnits(a.urn, b.urn),
    );
  const subtree = (resource: PlannedResource, branch: string, indent: string): TreeRow[] => {
    const inner = below(resource.urn);
    return [
      { branch, name: escapeControlCharacters(resource.name), resource },
      ...inner.flatMap((child, index) => {
        const last = index === inner.length - 1;
        return subtree(child, `${indent}${last ? "└─ " : "├─ "}`, `${indent}${last ? "   " : "│  "}`);
      }),
    ];
  };
  return below(null).flatMap((root) => subtree(root, "", ""));
}
