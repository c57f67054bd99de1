import { type Check, defineCheck, notApplicable, passIf } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { statusBody } from "../contract.ts";
import { hostOf, unreachableVerdict } from "../gateway-port.ts";

/**
 * The port must be closed. In local, an open port is not a failure if the server reports that it enabled the debug adapters, but it
 * is not a pass either.
 */
function defineAdapterCheck(name: string, adapter: "dap" | "lsp", title: string): Check {
  return defineCheck({
    suite: "smoke",
    name,
    title,
    findings: ["closed"],
    async run(context) {
      const { target, port } = context;
      const number = target.debugPorts[adapter];
      const state = await port(hostOf(target), number);
      const unreachable = state === "closed" ? await unreachableVerdict(context) : undefined;
      const closed =
        unreachable ??
        (state === "open" && (await isAdapterEnabled(context))
          ? notApplicable(`port ${number} is open, because GODOT_DEBUG_ADAPTERS_ENABLED is true in local`)
          : passIf(state === "closed", {
              reason: `Port ${number} accepts connections: any client that reaches it can control the server.`,
              expected: "a closed port",
              seen: state,
              remedy: "Set GODOT_DEBUG_ADAPTERS_ENABLED to false, and expose only the gateway port.",
            }));
      return { findings: { closed }, measured: { port: number, state } };
    },
  });
}

/** Whether the local server reports that it enabled the debug adapters. */
export async function isAdapterEnabled({ target, http }: CheckContext): Promise<boolean> {
  if (target.environment !== "local") return false;
  const body = statusBody.safeParse((await http("/status")).json).data;
  const { debugging } = (body?.settings ?? {}) as {
    readonly debugging?: { readonly adaptersEnabled?: unknown };
  };
  return debugging?.adaptersEnabled === true;
}

export const debugAdapterClosed = defineAdapterCheck(
  "debug-adapter-closed",
  "dap",
  "The debug adapter (DAP) port is closed outside the local environment.",
);

export const languageServerClosed = defineAdapterCheck(
  "language-server-closed",
  "lsp",
  "The language server (LSP) port is closed outside the local environment.",
);
