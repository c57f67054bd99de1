import { parseArgs } from "node:util";
import { InputError } from "../components/shared/errors.ts";
import { messageOf } from "./errors.ts";
import { FAULTS, parseFaults } from "./faults.ts";
import { startServer } from "./server.ts";

const USAGE = `The reference server: honours the game-server contract, configured by the GODOT_… variables.

  node reference-server/main.ts [--fault <name>]…

  --fault <name>   breaks one thing on purpose, for tests: ${Object.keys(FAULTS).join(", ")}
`;

/** Starts the server of the process environment; SIGTERM and SIGINT hand its sessions over and end it. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { fault: { type: "string", multiple: true }, help: { type: "boolean", short: "h" } },
    // Godot's own argument: whoever starts a build can start this server in its place.
    strict: false,
  });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return;
  }
  const names = Array.isArray(values.fault) ? values.fault.map(String) : [];
  const server = await startServer(process.env, { faults: parseFaults(names) });
  let leaving = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      // A second signal is impatience: leave at once.
      if (leaving) process.exit(1);
      leaving = true;
      void server
        .drain()
        .then(() => server.stop())
        .then(() => process.exit(0));
    });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(error instanceof InputError ? error.exitCode : 1);
});
