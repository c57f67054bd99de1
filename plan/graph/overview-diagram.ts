import type { Plan } from "../plan.ts";
import { type Architecture, readArchitecture } from "./architecture.ts";
import {
  type Arrow,
  arrowDown,
  arrowRight,
  type Box,
  bottom,
  centre,
  type Diagram,
  type Frame,
  fitLine,
  frameAround,
  right,
  wrapWords,
} from "./diagram.ts";
import { toText } from "./kubernetes-objects.ts";
import type { Connection } from "./network-policy-traffic.ts";
import {
  awsServices,
  type BoxText,
  describeCache,
  describeClusterCapacity,
  describeDatabase,
  describeEntry,
  describeGameServers,
  describeGateway,
  describeNat,
  describePlayers,
  findGroup,
  LOG_SHIPPER,
  monitoringParts,
  readAws,
} from "./overview-texts.ts";

const WIDTH = 922;
const HEADER = 28;
const ROW_HEIGHT = 88;
/** The columns of the request path, from left to right. */
const COLUMNS = {
  entry: { x: 58, width: 150 },
  gateway: { x: 256, width: 130 },
  gameServer: { x: 448, width: 148 },
  data: { x: 660, width: 204 },
} as const;
const POSTGRES_PORT = "5432";
const REDIS_PORT = "6379";
const PLAYERS_Y = 58;
const FIRST_ROW = 232;
const SECOND_ROW = FIRST_ROW + ROW_HEIGHT + 20;
const MIDDLE = (FIRST_ROW + SECOND_ROW) / 2;

/** An overview of an environment: the path of a player's request, the AWS services, and monitoring. */
export function createOverviewDiagram(plan: Plan): Diagram {
  const architecture = readArchitecture(plan);
  const aws = readAws(plan);
  // On AWS, the second row contains the NAT gateway and the node pools; otherwise, the path is between the two databases.
  const path = placeRequestPath(architecture, plan, aws === undefined ? MIDDLE : FIRST_ROW);
  const support = aws === undefined ? [] : placeAwsSupport(plan);
  const pathFrames = framePath(
    path,
    support,
    aws,
    findGroup(architecture.groups, "gateway")?.namespace ?? "",
  );
  const monitoring = placeRow(monitoringParts(architecture, plan), {
    x: COLUMNS.entry.x,
    width: right(COLUMNS_END) - COLUMNS.entry.x,
    y: SECOND_ROW + ROW_HEIGHT + 14 + 20 + HEADER,
  });
  const monitoringFrame = fullWidth(frameAround(monitoringTitle(monitoring), monitoring));
  const inner = [...pathFrames, monitoringFrame];
  const cluster = frameAround(aws?.network ?? "Kubernetes cluster", inner, "right");
  const services = aws === undefined ? [] : placeServices(plan, bottom(cluster) + 20, cluster);
  const outer = aws === undefined ? [] : [frameAround(aws.region, [cluster, ...services], "right")];
  const frames = [...outer, cluster, ...inner];
  const boxes = [...Object.values(path), ...support, ...monitoring, ...services].map((box) => ({
    ...box,
    lines: box.lines.map((line) => fitLine(line, box.width)),
  }));
  return {
    title: `SpaceTime VR, ${plan.environment}`,
    description: `The architecture of ${plan.environment}: players reach the game servers through the gateway; the game servers use PostgreSQL and Redis.`,
    width: WIDTH,
    height: Math.max(...frames.map(bottom)) + 16,
    frames,
    boxes,
    arrows: [...pathArrows(path, architecture), ...logArrows(monitoring, services)],
    notes: [
      "Generated from the plan. Each arrow is traffic that a NetworkPolicy allows,",
      `with the port of the receiver${aws === undefined ? "" : "; the dashed arrow is logs"}.`,
    ].map((text, line) => ({ text, x: COLUMNS.gateway.x, y: 84 + 18 * line, anchor: "start" as const })),
  };
}

const COLUMNS_END = { ...COLUMNS.data, y: 0, height: 0 };

type RequestPath = Readonly<
  Record<"players" | "entry" | "gateway" | "gameServer" | "database" | "cache", Box>
>;

function placeRequestPath(architecture: Architecture, plan: Plan, y: number): RequestPath {
  const height = ROW_HEIGHT;
  return {
    players: { ...describePlayers(architecture, plan), ...COLUMNS.entry, y: PLAYERS_Y, height: 58 },
    entry: { ...describeEntry(architecture), ...COLUMNS.entry, y, height },
    gateway: { ...describeGateway(architecture), ...COLUMNS.gateway, y, height },
    gameServer: { ...describeGameServers(architecture), ...COLUMNS.gameServer, y, height },
    database: { ...describeDatabase(architecture, plan), ...COLUMNS.data, y: FIRST_ROW, height },
    cache: { ...describeCache(architecture, plan), ...COLUMNS.data, y: SECOND_ROW, height },
  };
}

function placeAwsSupport(plan: Plan): Box[] {
  const cell = { y: SECOND_ROW, height: ROW_HEIGHT };
  const width = COLUMNS.gameServer.x + COLUMNS.gameServer.width - COLUMNS.gateway.x;
  return [
    { ...describeNat(plan), ...COLUMNS.entry, ...cell },
    { ...describeClusterCapacity(plan), x: COLUMNS.gateway.x, width, ...cell },
  ];
}

function framePath(
  path: RequestPath,
  support: readonly Box[],
  aws: ReturnType<typeof readAws>,
  namespace: string,
): Frame[] {
  const { entry, gateway, gameServer, database, cache } = path;
  if (aws === undefined) {
    return [frameAround(`Namespace ${namespace}`, [entry, gateway, gameServer, database, cache], "right")];
  }
  const [nat, capacity] = support;
  return [
    frameAround("Public subnets", [entry, ...(nat === undefined ? [] : [nat])]),
    frameAround(aws.cluster, [gateway, gameServer, ...(capacity === undefined ? [] : [capacity])]),
    frameAround("Isolated subnets", [database, cache]),
  ];
}

function monitoringTitle(parts: readonly Box[]): string {
  const hasLogs = parts.some(({ title }) => title === LOG_SHIPPER);
  return `${hasLogs ? "Monitoring and logging" : "Monitoring"}, in the same cluster`;
}

/** A frame with the width of the request path. */
function fullWidth(frame: Frame): Frame {
  return { ...frame, width: right(COLUMNS_END) + (COLUMNS.entry.x - frame.x) - frame.x };
}

function placeRow(
  texts: readonly BoxText[],
  area: { readonly x: number; readonly y: number; readonly width: number },
): Box[] {
  const gap = 12;
  const width = (area.width - (texts.length - 1) * gap) / texts.length;
  return texts.map((text, index) => ({
    ...text,
    lines: text.title === "Exporters" ? wrapWords(text.lines, width) : text.lines,
    // Without the rounding, the SVG shows floating-point noise.
    x: Math.round((area.x + index * (width + gap)) * 100) / 100,
    y: area.y,
    width,
    height: ROW_HEIGHT,
  }));
}

function placeServices(plan: Plan, y: number, { x, width }: Frame): Box[] {
  return placeRow(awsServices(plan), { x, y, width });
}

/** An arrow for each allowed connection of the request path. */
function pathArrows(path: RequestPath, { connections, externalEndpoints, groups }: Architecture): Arrow[] {
  const find = (from: string, to: string) =>
    connections.filter((connection) => connection.from === from && connection.to === to);
  const ports = (found: readonly Connection[]) =>
    found.flatMap((connection) => connection.ports.map((port) => toText(port.split(" ").at(-1))));
  const gateway = findGroup(groups, "gateway")?.id ?? "";
  const gameServer = findGroup(groups, "game-server")?.id ?? "";
  const entry = externalEndpoints.find(({ group }) => group === gateway)?.id ?? "";
  const draw = (found: readonly Connection[], arrow: (...labels: string[]) => Arrow) =>
    found.length === 0 ? [] : [arrow(...ports(found))];
  const outbound = ports(connections.filter(({ from, to }) => from === gameServer && to !== gameServer));
  return [
    ...draw(find("players", entry), (port = "443") =>
      arrowDown(path.players, path.entry, right(path.entry) - 20, port),
    ),
    ...draw(find(entry, gateway), (...labels) => arrowRight(path.entry, path.gateway, ...labels)),
    ...draw(find(gateway, gameServer), (...labels) => arrowRight(path.gateway, path.gameServer, ...labels)),
    ...[path.database, path.cache].flatMap((box, index) => {
      const port = index === 0 ? POSTGRES_PORT : REDIS_PORT;
      return outbound.includes(port) ? [arrowRight(path.gameServer, box, port)] : [];
    }),
  ];
}

function logArrows(monitoring: readonly Box[], services: readonly Box[]): Arrow[] {
  const shipper = monitoring.find(({ title }) => title === LOG_SHIPPER);
  const logs = services.find(({ title }) => title === "CloudWatch");
  if (shipper === undefined || logs === undefined) return [];
  return [{ ...arrowDown(shipper, logs, centre(shipper).x), dashed: true }];
}
