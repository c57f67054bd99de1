import { gameServerContainers } from "../../lib/game-server.ts";
import type { Container } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** The paths of the game-server contract: `/ready` fails while draining; `/health` does not depend on other services. */
const PROBE_PATHS = { startupProbe: "/health", livenessProbe: "/health", readinessProbe: "/ready" } as const;

export const requireSeparateReadinessProbe: Rule<Container> = {
  name: "require-separate-readiness-probe",
  items: ["pre.availability.probes"],
  description: "The game server's readiness probe uses /ready; its startup and liveness probes use /health.",
  explanation:
    "A draining server must leave the Service but keep running; a database outage must not restart all servers.",
  remediation:
    "Set the path of readinessProbe to /ready, and the path of startupProbe and livenessProbe to /health.",
  subjects: gameServerContainers,
  check: ({ node }) =>
    Object.entries(PROBE_PATHS).flatMap(([probe, expected]) => {
      const path = node.at(probe, "httpGet", "path");
      return path.text === expected
        ? []
        : [path.violation(`the path of ${probe} is ${path.displayText}, not ${JSON.stringify(expected)}`)];
    }),
};
