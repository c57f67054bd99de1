/** The process that owns a control plane with simulated nodes; see supervise.ts. */
import { ensureBinaries } from "./binaries.ts";
import { launch, registerSimulatedNodes } from "./launch.ts";
import { supervise } from "./supervise.ts";

await supervise({
  build: ensureBinaries,
  start: async ({ request, ...context }, binaries) => {
    const { access, kubeconfig } = await launch({
      ...context,
      binaries,
      address: "127.0.0.1",
      port: request.port,
      workers: ["kube-controller-manager", "kube-scheduler", "kwok"],
    });
    await registerSimulatedNodes(context, access, request.nodes);
    const { version, programs } = binaries;
    return { kubeconfig, server: access.server, version, kubectl: programs.kubectl };
  },
});
