/** The command line of the test control plane: `node test/e2e/control-plane/main.ts up | down | build`. */
import { CACHE_FOLDER } from "./binaries.ts";
import { runClusterCommand } from "./command-line.ts";
import { buildControlPlane, startControlPlane } from "./control-plane.ts";

const usage = `Usage: node test/e2e/control-plane/main.ts <command> [options]

A Kubernetes control plane on this machine, for tests: real API server, controllers and scheduler,
simulated nodes.

Commands:
  up       start it, print the path of its kubeconfig and run until Ctrl-C;
           if KUBECONFIG is set, use that cluster
  down     stop a control plane that was started with --detach
  build    build the programs into the cache without starting them

Options:
  --detach        run in the background
  --state <file>  state file of "up --detach" and "down"
  --debug         show stack traces
  --help          show this

Exit codes: 0 success, 1 failed, 2 usage or configuration error, 3 a required tool is missing.
`;

await runClusterCommand({
  name: "control plane",
  usage,
  folder: CACHE_FOLDER,
  start: ({ progress }) => startControlPlane({ progress }),
  build: (progress) => buildControlPlane({ progress }),
});
