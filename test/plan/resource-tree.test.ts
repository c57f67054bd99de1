import { expect, test } from "@jest/globals";
import { countResources, formatResourceCount, formatResourceTree } from "../../plan/resource-tree.ts";
import { committedPlan, createObject, createPlan, createResource } from "./plan-builders.ts";

const component = createResource("spacetime-vr:data:Redis", "redis", {}, { custom: false });
const inside = { parent: component.urn };
const plan = createPlan(
  { ...createObject("apps/v1", "StatefulSet", "redis"), ...inside, protect: true },
  component,
  createResource("random:index/randomBytes:RandomBytes", "redis-password", {}, inside),
);

test("children are listed below their parent; components and protected resources are marked", () => {
  expect(formatResourceTree(plan)).toBe(`\
spacetime-vr-local       pulumi:pulumi:Stack
└─ redis                 spacetime-vr:data:Redis  component
   ├─ redis-password     random:index:RandomBytes
   └─ redis-statefulset  kubernetes:apps/v1:StatefulSet  protected
`);
});

test("the resource count includes every URN and equals the sum of its parts", () => {
  expect(countResources(plan)).toEqual({ total: 4, stacks: 1, components: 1, providerResources: 2 });
  expect(formatResourceCount(plan)).toBe("local: 4 resources (the stack, 1 component, 2 provider resources)");
});

test.each([60, 80, 100])(
  "no line of production's tree is wider than a terminal of %i columns",
  async (width) => {
    const production = await committedPlan("production");
    const lines = formatResourceTree(production, { width }).trimEnd().split("\n");
    expect(lines).toHaveLength(production.resources.length);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  },
);

test("a terminal that reports no columns gets a tree, too", () => {
  expect(formatResourceTree(plan, { width: 0 })).toContain("redis");
});

test("the tree has no colours by default", () => {
  expect(formatResourceTree(plan)).not.toContain("\x1b");
  expect(formatResourceTree(plan, { colour: true })).toContain("\x1b");
});

test("control characters in a name are escaped", () => {
  const hostile = createPlan(createResource("a:b:C", "name\x1b[2J\r\u202e"));
  expect(formatResourceTree(hostile)).toContain("name\\u{1b}[2J\\u{d}\\u{202e}");
});
