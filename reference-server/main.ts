import { parseArgs } from "node:util";
import { InputError } from "../components/shared/errors.ts";
import { messageOf } from "./errors.ts";
import { FAULTS, parseFaults } from "./faults.ts";
import { startServer } from "./server.ts";

const USAGE = `Starts the reference server, which implements the game-server contract. It is configured by the GODOT_* variables.

Usage: node reference-server/main.ts [--fault <name>]...

Options:
  --fault <name>  inject a fault for tests; repeatable. One of: ${Object.keys(FAULTS).join(", ")}
  -h, --help      show this help

Exit codes: 0 success, 1 failed or stopped by a second signal, 2 usage or configuration error
`;

/** Starts the server from the process environment. SIGTERM and SIGINT drain it and exit. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { fault: { type: "string", multiple: true }, help: { type: "boolean", short: "h" } },
    // Godot's own arguments are ignored, so that this server can be started in place of a build.
    strict: false,
  });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return;
  }
  const names = Array.isArray(values.fault) ? values.fault.map(String) : [];
  const server = await startServer(process.env, { faults: parseFaults(names) });
  let draining = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      // A second signal skips the rest of the drain.
      if (draining) process.exit(1);
      draining = true;
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
