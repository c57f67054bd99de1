import {
  arrowDown,
  arrowRight,
  type Box,
  bottom,
  centre,
  type Diagram,
  frameAround,
  right,
} from "./diagram.ts";

const WIDTH = 902;
const HEIGHT = 88;
const TOP = 98;
const MIDDLE = 270;
const BOTTOM = 420;
const STEP = { y: MIDDLE, width: 180, height: HEIGHT };

const player: Box = {
  tone: "external",
  title: "Player",
  lines: ["HTTPS,", "WebSocket"],
  x: 34,
  y: TOP,
  width: 110,
  height: HEIGHT,
};
const loadBalancer: Box = {
  tone: "entry",
  title: "Load balancer",
  lines: ["NLB, TCP only"],
  x: 190,
  y: TOP,
  width: 146,
  height: HEIGHT,
};
const tls: Box = {
  tone: "compute",
  title: "TLS",
  lines: ["version 1.2 or 1.3"],
  x: 400,
  y: TOP,
  width: 190,
  height: HEIGHT,
};
const coarseLimit: Box = {
  tone: "compute",
  title: "Coarse limit",
  lines: ["per address: 429", "/drain, /metrics: 404"],
  x: 650,
  y: TOP,
  width: 200,
  height: HEIGHT,
};
const token: Box = {
  tone: "compute",
  title: "1. JWT",
  lines: ["blocked address: 403", "signature and expiry"],
  x: 34,
  ...STEP,
  width: 190,
};
const rateLimit: Box = {
  tone: "compute",
  title: "2. Rate limit",
  lines: ["requests per minute", "over the limit: 429"],
  x: 262,
  ...STEP,
};
const role: Box = {
  tone: "compute",
  title: "3. Role",
  lines: ["no valid token: 401", "role too low: 403"],
  x: 480,
  ...STEP,
};
const handler: Box = {
  tone: "compute",
  title: "4. Route handler",
  lines: ["reads and writes", "players and world"],
  x: 698,
  ...STEP,
  width: 170,
};
const redis: Box = {
  tone: "data",
  title: "Redis",
  lines: ["request counts"],
  x: rateLimit.x,
  y: BOTTOM,
  width: rateLimit.width,
  height: 58,
};
const database: Box = {
  tone: "data",
  title: "PostgreSQL",
  lines: ["players, world"],
  x: handler.x,
  y: BOTTOM,
  width: handler.width,
  height: 58,
};

/** The path of a player's request to the database, with the status of each rejection. */
export function createRequestDiagram(): Diagram {
  const gateway = frameAround("Gateway, nginx", [tls, coarseLimit]);
  const gameServer = frameAround("Game server, over TLS", [token, rateLimit, role, handler]);
  const between = (bottom(gateway) + gameServer.y) / 2;
  const entryX = right(token) - 20;
  return {
    title: "A request, from the player to the database",
    description:
      "A request passes the load balancer, TLS and a coarse limit in the gateway, then the JWT check, the rate limit in Redis and the role check of the game server, before a route handler reads the database.",
    width: WIDTH,
    height: bottom(redis) + 24,
    frames: [gateway, gameServer],
    boxes: [player, loadBalancer, tls, coarseLimit, token, rateLimit, role, handler, redis, database],
    arrows: [
      arrowRight(player, loadBalancer),
      arrowRight(loadBalancer, tls),
      arrowRight(tls, coarseLimit),
      {
        points: [
          { x: centre(coarseLimit).x, y: bottom(coarseLimit) },
          { x: centre(coarseLimit).x, y: between },
          { x: entryX, y: between },
          { x: entryX, y: token.y },
        ],
        labels: [],
      },
      arrowRight(token, rateLimit),
      arrowRight(rateLimit, role),
      arrowRight(role, handler),
      arrowDown(rateLimit, redis, centre(redis).x),
      arrowDown(handler, database, centre(database).x),
    ],
    notes: [
      {
        text: "A number such as 429 is the HTTP status of a rejected request.",
        x: 20,
        y: 58,
        anchor: "start",
      },
    ],
  };
}
