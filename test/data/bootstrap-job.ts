import { kubernetesObjects, planOf } from "../support/plans.ts";

interface Job {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly [
          {
            readonly command: readonly string[];
            readonly env: readonly { readonly name: string; readonly value: string }[];
          },
        ];
        readonly initContainers: readonly [{ readonly command: readonly string[] }];
      };
    };
  };
}

/** The Job of production's database and the files that it mounts. */
export async function planBootstrapJob(change?: Parameters<typeof planOf>[1]) {
  const objects = [...kubernetesObjects(await planOf("production", change)).values()];
  const job = objects.find(({ kind }) => kind === "Job") as unknown as Job;
  const config = objects.find(
    ({ kind, metadata }) => kind === "ConfigMap" && metadata.name.startsWith("database-bootstrap-"),
  ) as unknown as { data: Record<string, string> };
  return { job, files: config.data };
}
