import { gameServers } from "../../game-server.ts";
import type { Container } from "../../kubernetes.ts";
import type { Rule } from "../../rule.ts";

/**
 * The paths of the game-server contract: `/ready` says no while draining, `/health` depends on nothing
 * outside.
 */
const PATHS = { startupProbe: "/health", livenessProbe: "/health", readinessProbe: "/ready" } as const;

export const askReadinessApart: Rule<Container> = {
  name: "ask-readiness-apart",
  items: [],
  description: "The game server's readiness is asked on /ready, its life on /health.",
  explanation:
    "A draining server must leave the Service and live on; a lost database must not restart every server.",
  remediation: "Point readinessProbe at /ready and startupProbe and livenessProbe at /health.",
  subjects: gameServers,
  check: ({ node }) =>
    Object.entries(PATHS).flatMap(([probe, expected]) => {
      const path = node.at(probe, "httpGet", "path");
      return path.text === expected
        ? []
        : [path.violation(`the path of ${probe} is ${path.shown}, not ${JSON.stringify(expected)}`)];
    }),
};
