import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { InputError } from "../components/shared/errors.ts";
import type { Settings } from "./settings/settings.ts";

/** Both protocols frame their JSON alike; this answer says that nobody is there to debug. */
const RESPONSE = JSON.stringify({
  type: "response",
  success: false,
  message: "The reference server has no debugger.",
});

/**
 * The ports of the debug adapters (DAP and LSP). They answer every message with a refusal: what matters of them here is
 * that they are closed outside `local`, which only an open one can show.
 */
export class DebugAdapters {
  readonly #servers: Server[] = [];

  /** @throws InputError when a port is taken. */
  async start({ debugging, http, environment }: Settings): Promise<void> {
    // Outside local they are never reachable from elsewhere, even when somebody switches them on.
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
        const remedy = "Choose another port, or switch the debug adapters off.";
        throw new InputError("The server cannot start:", [
          { subject: name, value: String(port), rule: "cannot be listened on", remedy },
        ]);
      }
      this.#servers.push(server);
    }
  }

  stop(): void {
    for (const server of this.#servers) server.close();
  }
}
