import { type KubectlOptions, runKubectl } from "./kubectl.ts";

/** The cluster below the environment. */
export interface PlatformState {
  /** The API server's version, such as `v1.36.1`. */
  readonly version: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly ready: boolean;
    readonly schedulable: boolean;
  }[];
  readonly storageClasses: readonly {
    readonly name: string;
    readonly isDefault: boolean;
    readonly allowsExpansion: boolean;
  }[];
}

interface NodeObject {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

interface StorageClassObject {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly allowVolumeExpansion?: boolean;
}

const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

/** Reads the cluster below the environment with kubectl. @throws the same errors as `readCluster` */
export async function readPlatform(options: KubectlOptions): Promise<PlatformState> {
  const [version, nodes, classes] = await Promise.all([
    runKubectl(["version", "--output", "json"], options),
    runKubectl(["get", "nodes", "--output", "json"], options),
    runKubectl(["get", "storageclasses.storage.k8s.io", "--output", "json"], options),
  ]);
  const { serverVersion } = JSON.parse(version) as {
    readonly serverVersion?: { readonly gitVersion?: string };
  };
  const { items: nodeItems } = JSON.parse(nodes) as { readonly items: readonly NodeObject[] };
  const { items: classItems } = JSON.parse(classes) as { readonly items: readonly StorageClassObject[] };
  return {
    version: serverVersion?.gitVersion ?? "",
    nodes: nodeItems.map(({ metadata, spec, status }) => ({
      name: metadata.name,
      ready: status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true,
      schedulable: spec?.unschedulable !== true,
    })),
    storageClasses: classItems.map(({ metadata, allowVolumeExpansion }) => ({
      name: metadata.name,
      isDefault: metadata.annotations?.[DEFAULT_CLASS] === "true",
      allowsExpansion: allowVolumeExpansion === true,
    })),
  };
}
