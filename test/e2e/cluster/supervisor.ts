/** The process that owns a cluster whose pods run: the control plane, and a machine in namespaces of its own. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { ensureBinaries } from "../control-plane/binaries.ts";
import { runKubectl } from "../control-plane/kubectl.ts";
import { launch, waitForNodes } from "../control-plane/launch.ts";
import { type StartContext, supervise } from "../control-plane/supervise.ts";
import { removeLeftovers } from "./cluster.ts";
import { ensureClusterBinaries } from "./cluster-binaries.ts";
import { writeMachineImages } from "./images/machine-images.ts";
import { ensureRootFilesystem } from "./images/root-filesystem.ts";
import { forwardPorts } from "./machine/forward-ports.ts";
import { createKubeletClientCertificate, createLink, startMachine } from "./machine/machine.ts";
import { dnsManifests } from "./system/dns.ts";
import { storageManifests } from "./system/storage.ts";

async function start(context: StartContext) {
  const { fleet, signal, progress, request } = context;
  const { directory } = fleet;
  const controlPlane = await ensureBinaries({ signal });
  const { kubectl } = controlPlane.programs;
  const binaries = await ensureClusterBinaries({ signal });
  const images = await writeMachineImages(path.join(directory, "images"), binaries.addOns, {
    signal,
    progress,
  });
  const link = await createLink(directory);
  await forwardPorts(request.ports ?? [], link.machine);
  const { access, kubeconfig, credentials } = await launch({
    ...context,
    binaries: controlPlane,
    address: link.host,
    port: request.port,
    workers: ["kube-controller-manager", "kube-scheduler"],
    apiServerFlags: {
      ...(await createKubeletClientCertificate(directory)),
      "kubelet-preferred-address-types": "InternalIP",
      // Pods reach the API server at its address on the link.
      "endpoint-reconciler-type": "lease",
    },
  });
  const pid = await startMachine(context, {
    binaries,
    kubectl,
    link,
    access,
    credentials,
    images: images.directory,
  });
  const system = [...dnsManifests(), ...storageManifests(path.join(directory, "volumes"))];
  const list = { apiVersion: "v1", kind: "List", items: system };
  const env = { HOME: directory, KUBECONFIG: kubeconfig };
  await runKubectl({ file: kubectl, args: ["apply", "--filename", "-"], env, input: list });
  progress("the machine is starting: it imports its images and registers");
  await waitForNodes(context, access, 1);
  const description = {
    address: link.machine,
    image: images.gameServer,
    containerd: binaries.containerd,
    pid,
  };
  await writeFile(path.join(directory, "machine.json"), JSON.stringify(description));
  return { kubeconfig, server: access.server, version: controlPlane.version, kubectl };
}

await supervise({
  build: async (options) => {
    await ensureBinaries(options);
    await ensureRootFilesystem(options);
    return (await ensureClusterBinaries(options)).containerd;
  },
  start,
  cleanUp: removeLeftovers,
});
