import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { ENVIRONMENTS } from "../../../components/shared/environments.ts";
import type { Box, Diagram } from "../../../plan/graph/diagram.ts";
import { createDiagrams, diagramPath, UPDATE_DIAGRAMS_COMMAND } from "../../../plan/graph/diagrams.ts";
import { createOverviewDiagram } from "../../../plan/graph/overview-diagram.ts";
import { DARK, LIGHT, renderDiagramSvg } from "../../../plan/graph/render-diagram.ts";
import { planOf } from "../../support/plans.ts";
import { committedPlan } from "../plan-builders.ts";
import { findLayoutProblems } from "./layout-problems.ts";

const NAMES = [...ENVIRONMENTS.map((environment) => `overview-${environment}`), "request", "deployment"];

async function diagramNamed(name: string): Promise<Diagram> {
  const diagrams = createDiagrams(
    await Promise.all(ENVIRONMENTS.map((environment) => committedPlan(environment))),
  );
  const diagram = diagrams.get(name);
  if (diagram === undefined) throw new Error(`There is no diagram ${name}.`);
  return diagram;
}

const textsOf = ({ boxes }: Diagram) => boxes.flatMap(({ title, lines }) => [title, ...lines]);

describe.each(NAMES)("the diagram %s", (name) => {
  test("is committed in its current form", async () => {
    const path = diagramPath(process.cwd(), name);
    const committed = readFileSync(path, "utf8").replaceAll("\r\n", "\n");
    if (committed !== renderDiagramSvg(await diagramNamed(name))) {
      throw new Error(
        `docs/images/${name}.svg is out of date: run "${UPDATE_DIAGRAMS_COMMAND}" and commit it.`,
      );
    }
  });

  test("has every label inside its box, no overlaps, and no arrow through a label", async () => {
    expect(findLayoutProblems(await diagramNamed(name))).toEqual([]);
  });

  test("has no truncated label", async () => {
    expect(textsOf(await diagramNamed(name)).filter((text) => text.endsWith("…"))).toEqual([]);
  });

  test("is shown in docs/architecture.md", () => {
    expect(readFileSync("docs/architecture.md", "utf8")).toContain(`](images/${name}.svg)`);
  });
});

describe("the overview", () => {
  test("of production shows the path from players to RDS and ElastiCache, and the AWS services", async () => {
    const diagram = createOverviewDiagram(await committedPlan("production"));
    const texts = textsOf(diagram);
    for (const text of [
      "Players",
      "Load balancer",
      "Gateway",
      "Game servers",
      "RDS, Multi-AZ",
      "S3",
      "Prometheus",
    ]) {
      expect(texts).toContain(text);
    }
    expect(texts.some((text) => text.startsWith("ElastiCache"))).toBe(true);
    expect(diagram.frames.map(({ title }) => title)).toContain("AWS, eu-central-1");
    expect(diagram.arrows.filter(({ dashed }) => dashed !== true)).toHaveLength(5);
  });

  test("shows the database class and the replicas of the plan", async () => {
    const plan = await planOf("production", (values) => {
      values.database.instanceClass = "db.m7g.xlarge";
      values.gameServer.pools[0].scaling.maximum = 10;
    });
    const texts = textsOf(createOverviewDiagram(plan));
    expect(texts).toEqual(expect.arrayContaining(["db.m7g.xlarge", "3–10 replicas"]));
  });

  test("does not depend on the order of the resources", async () => {
    const plan = await committedPlan("staging");
    const reversed = { ...plan, resources: plan.resources.toReversed() };
    expect(createOverviewDiagram(reversed)).toEqual(createOverviewDiagram(plan));
  });

  test("has only connections that a NetworkPolicy allows", async () => {
    const plan = await committedPlan("local");
    const resources = plan.resources.filter(({ type }) => !type.endsWith(":NetworkPolicy"));
    const { arrows } = createOverviewDiagram({ ...plan, resources });
    expect(arrows).toEqual([]);
  });
});

test("the request diagram has the TLS versions, the rate limit and the internal paths of the planned nginx config", async () => {
  const { resources } = await committedPlan("production");
  const config = JSON.stringify(resources.filter(({ type }) => type === "kubernetes:core/v1:ConfigMap"));
  const texts = textsOf(await diagramNamed("request"));
  expect(texts).toEqual(
    expect.arrayContaining(["version 1.2 or 1.3", "per address: 429", "/drain, /metrics: 404"]),
  );
  for (const directive of [
    "ssl_protocols TLSv1.2 TLSv1.3;",
    "limit_req_zone $binary_remote_addr",
    "limit_req_status 429;",
    "location = /drain",
    "location = /metrics",
  ]) {
    expect(config).toContain(directive);
  }
});

describe("the overview with a long domain", () => {
  test("truncates the domain to fit the box", async () => {
    const plan = await planOf("package", (values) => {
      values.gateway.domain = "a-very-long-name-of-a-game.play.example.com";
    });
    const diagram = createOverviewDiagram(plan);
    expect(findLayoutProblems(diagram)).toEqual([]);
    expect(textsOf(diagram)).toContain("a-very-long-nam…");
  });
});

describe("an SVG", () => {
  const box: Box = { tone: "data", title: `<script>"&`, lines: [], x: 0, y: 0, width: 200, height: 40 };
  const svg = renderDiagramSvg({
    title: "A test",
    description: "A box",
    width: 200,
    height: 40,
    frames: [],
    boxes: [box],
    arrows: [],
    notes: [],
  });

  test("has its own background and a dark palette", () => {
    expect(svg).toContain(`<rect class="background"`);
    expect(svg).toContain("@media (prefers-color-scheme: dark)");
  });

  test("escapes markup in names", () => {
    expect(svg).not.toContain("<script");
    expect(svg).toContain("&lt;script&gt;&quot;&amp;");
  });
});

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
])("the %s palette", (_, { text, muted, background, frame, tones }) => {
  test("meets WCAG level AAA (7 to 1) for text in boxes, and AA (4.5 to 1) for labels", () => {
    for (const [fill] of Object.values(tones)) expect(contrastRatio(text, fill)).toBeGreaterThanOrEqual(7);
    for (const fill of [background, frame]) expect(contrastRatio(muted, fill)).toBeGreaterThanOrEqual(4.5);
  });
});

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrastRatio(a: string, b: string): number {
  const [dark = 0, light = 0] = [relativeLuminance(a), relativeLuminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function relativeLuminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe("the layout check", () => {
  const box = (title: string, x: number): Box => ({
    tone: "data",
    title,
    lines: [],
    x,
    y: 0,
    width: 60,
    height: 40,
  });
  const diagram = (boxes: readonly Box[], arrows: Diagram["arrows"] = []): Diagram => ({
    title: "",
    description: "",
    width: 400,
    height: 100,
    frames: [],
    boxes,
    arrows,
    notes: [],
  });

  test("reports a label that is wider than its box", () => {
    expect(findLayoutProblems(diagram([box("A long title", 0)]))).toEqual([
      `"A long title" is wider than its box "A long title"`,
    ]);
  });

  test("reports overlapping boxes and boxes outside the image", () => {
    expect(findLayoutProblems(diagram([box("a", 0), box("b", 30), box("c", 380)]))).toEqual([
      `"a" and "b" overlap`,
      `"c" leaves the picture`,
    ]);
  });

  test("reports an arrow through a box", () => {
    const through = {
      points: [
        { x: 0, y: 20 },
        { x: 200, y: 20 },
      ],
      labels: [],
    };
    expect(findLayoutProblems(diagram([box("a", 100)], [through]))).toEqual([`an arrow crosses "a"`]);
  });
});
