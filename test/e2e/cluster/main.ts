/** The command line of the test cluster: `npm run cluster -- up | down | load-image | build`. */
import { runClusterCommand } from "../control-plane/command-line.ts";
import { buildCluster, CACHE_FOLDER, loadImage, removeLeftovers, startCluster } from "./cluster.ts";

const usage = `Usage: npm run cluster -- <command> [options]

A Kubernetes cluster on this machine whose pods run, without Docker: a real control plane, containerd and a kubelet in
namespaces of their own. Linux and root.

Commands:
  up                    start it, print the path of its kubeconfig and run until Ctrl-C
  down                  stop a cluster that was started with --detach
  load-image <archive>  import an OCI or Docker archive into a cluster that was started with --detach
  build                 build the programs and the images into the cache

Options:
  --port <port>   forward this port of 127.0.0.1 to the node port; repeatable
  --detach        run in the background
  --state <file>  state file of a cluster in the background
  --debug         show stack traces
  --help          show this

Exit codes: 0 success, 1 failed, 2 usage or configuration error, 3 a required tool is missing.
`;

await runClusterCommand({
  name: "cluster",
  usage,
  folder: CACHE_FOLDER,
  start: startCluster,
  build: (progress) => buildCluster({ progress }),
  removeLeftovers,
  loadImage,
});
