import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { hostOf, unreachableVerdict } from "../gateway-port.ts";
import { isAdapterEnabled } from "../smoke/debug-ports.ts";

/** Ports that are never for players: databases, metrics and the monitoring. */
const INTERNAL_PORTS = [5432, 6379, 9090, 9093, 3000, 8087] as const;

/** Debug ports of the Godot editor and of Node. */
const OTHER_DEBUG_PORTS = [6007, 9229] as const;

async function closedVerdict(
  context: CheckContext,
  ports: readonly number[],
  what: string,
): Promise<Verdict> {
  const host = hostOf(context.target);
  const states = await Promise.all(
    ports.map(async (number) => [number, await context.port(host, number)] as const),
  );
  const open = states.filter(([, state]) => state === "open").map(([number]) => number);
  const unreachable = open.length === 0 ? await unreachableVerdict(context) : undefined;
  if (unreachable !== undefined) return unreachable;
  return passIf(open.length === 0, {
    reason: `${what} can be reached at the public address.`,
    expected: "closed ports",
    seen: `open: ${open.join(", ")}`,
    remedy: "Expose only the gateway port in the Service, the load balancer and the firewall.",
  });
}

export const debugPorts = defineCheck({
  suite: "security",
  name: "debug-ports",
  title: "Debug ports and internal ports are closed at the public address.",
  findings: ["debug", "internal"],
  async run(context) {
    const { debugPorts: own, environment } = context.target;
    const isLocal = environment === "local";
    const debug = [own.dap, own.lsp, ...(isLocal ? [] : OTHER_DEBUG_PORTS)];
    return {
      findings: {
        debug: (await isAdapterEnabled(context))
          ? notApplicable("the local server reports that it opened the debug adapters")
          : await closedVerdict(context, debug, "A debug port"),
        internal: isLocal
          ? notApplicable("in local, other programs of this machine may use these ports")
          : await closedVerdict(context, INTERNAL_PORTS, "An internal port"),
      },
      measured: { debugPorts: debug.length },
    };
  },
});
