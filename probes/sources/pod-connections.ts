import { randomBytes } from "node:crypto";
import type { ExternalAddress } from "../target/external-addresses.ts";
import { type KubectlOptions, runKubectl } from "./kubectl.ts";

/** Tries each address and returns those that accept a TCP connection. */
export type TryAddresses = (addresses: readonly ExternalAddress[]) => Promise<readonly ExternalAddress[]>;

export interface PodConnectionOptions extends KubectlOptions {
  /** An image with a shell and `nc`; it is pulled like every image of the deployment. */
  readonly image: string;
  readonly namespace?: string;
}

/** Seconds for one connection. */
const CONNECT_SECONDS = 5;

/** Seconds after which the cluster ends the pod if this process did not. */
const POD_SECONDS = 120;

/**
 * Starts a pod that connects to each address, waits for its end and deletes it. It is the only check that creates an object, so the
 * operator must have asked for it.
 */
export function createPodConnections({
  image,
  namespace = "default",
  ...options
}: PodConnectionOptions): TryAddresses {
  return async (addresses) => {
    const name = `spacetime-vr-connectivity-${randomBytes(4).toString("hex")}`;
    const overrides = { spec: podSpec(name, image, connectScript(addresses)) };
    const output = await runKubectl(
      [
        ...[
          "run",
          name,
          "--namespace",
          namespace,
          "--image",
          image,
          "--restart",
          "Never",
          "--attach",
          "--rm",
        ],
        ...["--quiet", "--pod-running-timeout", "60s", "--overrides", JSON.stringify(overrides)],
      ],
      { ...options, requestTimeout: "0" },
    );
    const connected = new Set(output.split("\n").map((line) => line.trim()));
    return addresses.filter((_, index) => connected.has(`connected ${index}`));
  };
}

/** The addresses are quoted: a stack file must not be able to run commands in the cluster. */
export function connectScript(addresses: readonly ExternalAddress[]): string {
  return addresses
    .map(({ host, port }, index) => {
      const quoted = `'${host.replaceAll("'", `'\\''`)}'`;
      return `nc -z -w ${CONNECT_SECONDS} ${quoted} ${port} >/dev/null 2>&1 && echo connected ${index}`;
    })
    .concat("true")
    .join("\n");
}

function podSpec(name: string, image: string, script: string) {
  return {
    restartPolicy: "Never",
    activeDeadlineSeconds: POD_SECONDS,
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 65_534, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name,
        image,
        command: ["sh", "-c", script],
        resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
      },
    ],
  };
}
