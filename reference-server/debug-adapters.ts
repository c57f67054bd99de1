import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { InputError } from "../components/shared/errors.ts";
import type { Settings } from "./settings/settings.ts";

/** DAP and LSP use the same framing. Every request gets this error response. */
const RESPONSE = JSON.stringify({
  type: "response",
  success: false,
  message: "The reference server has no debugger.",
});

/**
 * Listeners on the ports of the debug adapters (DAP and LSP), which reject every message. They exist so that a check can
 * verify that the ports are closed outside `local`.
 */
export class DebugAdapters {
  readonly #servers: Server[] = [];

  /** @throws InputError when a port is in use. */
  async start({ debugging, http, environment }: Settings): Promise<void> {
    // Outside local they listen on loopback only, even when they are enabled.
    const host = environment === "local" ? http.bindAddress : "127.0.0.1";
    for (const [name, port] of [
      ["GODOT_DAP_PORT", debugging.dapPort],
      ["GODOT_LSP_PORT", debugging.lspPort],
    ] as const) {
      const server = createServer((socket) => {
        socket.on("error", () => socket.destroy());
        socket.setTimeout(10_000, () => socket.destroy());
        socket.once("data", () => socket.end(`Content-Length: ${RESPONSE.length}\r\n\r\n${RESPONSE}`));
      });
      server.listen(port, host);
      try {
        await once(server, "listening");
      } catch {
        const remedy =
          "Choose another port, or disable the debug adapters (GODOT_DEBUG_ADAPTERS_ENABLED=false).";
        throw new InputError("The server cannot start:", [
          { subject: name, value: String(port), rule: "cannot be bound", remedy },
        ]);
      }
      this.#servers.push(server);
    }
  }

  stop(): void {
    for (const server of this.#servers) server.close();
  }
}
