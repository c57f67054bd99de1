/** The process that owns a cluster whose pods run: the control plane, and a machine in namespaces of its own. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { ensureBinaries } from "../control-plane/binaries.ts";
import { runKubectl } from "../control-plane/kubectl.ts";
import { launch, waitForNodes } from "../control-plane/launch.ts";
import { type StartContext, supervise } from "../control-plane/supervise.ts";
import type { GoBuildOptions } from "../go-build/go-build.ts";
import { removeLeftovers } from "./cluster.ts";
import { ensureClusterBinaries } from "./cluster-binaries.ts";
import { writeMachineImages } from "./images/machine-images.ts";
import { ensureRootFilesystem } from "./images/root-filesystem.ts";
import { forwardPorts } from "./machine/forward-ports.ts";
import { createKubeletClientCertificate, createLink, startMachine } from "./machine/machine.ts";
import { dnsManifests } from "./system/dns.ts";
import { storageManifests } from "./system/storage.ts";

async function build(options: GoBuildOptions) {
  const controlPlane = await ensureBinaries(options);
  const debian = await ensureRootFilesystem(options);
  const binaries = await ensureClusterBinaries(options);
  return { directory: binaries.containerd, controlPlane, debian, binaries };
}

async function start(
  context: StartContext,
  { controlPlane, debian, binaries }: Awaited<ReturnType<typeof build>>,
) {
  const { fleet, progress, request } = context;
  const { directory } = fleet;
  const { kubectl } = controlPlane.programs;
  progress("writing the images");
  const images = await writeMachineImages(path.join(directory, "images"), debian, binaries.addOns);
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
    image: images.gameServer,
    containerd: binaries.containerd,
    pid,
  };
  await writeFile(path.join(directory, "machine.json"), JSON.stringify(description));
  return { kubeconfig, server: access.server, version: controlPlane.version, kubectl };
}

await supervise({ build, start, cleanUp: removeLeftovers });
