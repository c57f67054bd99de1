import { once } from "node:events";
import { connect, createServer } from "node:net";
import { pipeline } from "node:stream/promises";
import { messageOf, TestToolError } from "../../go-build/errors.ts";

/** Forwards ports of 127.0.0.1 to the same ports of the machine, like the port mappings of kind; ends with this process. */
export async function forwardPorts(ports: readonly number[], machine: string): Promise<void> {
  for (const port of ports) {
    const server = createServer((client) => {
      const inner = connect({ host: machine, port });
      // Either side may end the connection at any time.
      void pipeline(client, inner, client).catch(() => {
        client.destroy();
        inner.destroy();
      });
    });
    const listening = once(server.listen(port, "127.0.0.1"), "listening");
    await listening.catch((error) => {
      throw new TestToolError(
        `Port ${port} of 127.0.0.1 cannot be forwarded to the machine: ${messageOf(error)}. Choose another node port.`,
      );
    });
    server.unref();
  }
}
