import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { nameWithContentHash } from "../../shared/content-hash.ts";
import { dependsOnList } from "../../shared/depends-on.ts";
import type { Environment } from "../../shared/environments.ts";
import { imageReference } from "../../shared/kubernetes/images.ts";
import { createImmutableConfigMap } from "../../shared/kubernetes/immutable-config-map.ts";
import { serviceHost } from "../../shared/network/application-flows.ts";
import { MONITORING_PORTS } from "../../shared/network/monitoring-ports.ts";
import type { Silence } from "../options.ts";
import {
  configMapMount,
  createServiceAccount,
  NOBODY_IDENTITY,
  podTemplate,
  restrictedContainer,
  secretVolume,
  TLS_MOUNT,
  type WorkloadTls,
  workloadMetadata,
} from "../workload-resources.ts";
import { renderApplySilencesScript, renderSilencesFile } from "./silences.ts";
import { renderAmtoolClientConfig } from "./tls-config.ts";

interface SilencesJobArgs {
  readonly environment: Environment;
  readonly silences: readonly Silence[];
  readonly secret: string;
  readonly tls: WorkloadTls;
}

const NAME = "alertmanager-silences";

/** Long enough for an Alertmanager rollout that is still in progress. */
const DEADLINE_SECONDS = 900;

/**
 * Creates a Job that applies the silences of the config to Alertmanager. Its name contains a hash of the content, so a changed
 * list creates a new Job and an unchanged list does not run again.
 */
export function createSilencesJob(
  name: string,
  args: SilencesJobArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const metadata = workloadMetadata(NAME, args.environment);
  const { namespace, labels } = metadata;
  const files = {
    "silences.json": renderSilencesFile(args.silences),
    "client.yml": renderAmtoolClientConfig(),
  };
  const parent = opts.parent as pulumi.Resource;
  const config = createImmutableConfigMap(
    `${name}-config`,
    { baseName: NAME, namespace, labels, data: files },
    { parent },
  );
  createServiceAccount(name, NAME, args.environment, parent);
  const url = `https://${serviceHost("alertmanager")}:${MONITORING_PORTS.alertmanager}`;
  const amtool = `amtool --alertmanager.url=${url} --http.config.file=/etc/silences/client.yml`;
  const script = renderApplySilencesScript(amtool, "/etc/silences/silences.json");
  const { volume, mount } = configMapMount(config.name, "/etc/silences");
  const template = podTemplate({
    workload: NAME,
    environment: args.environment,
    identity: NOBODY_IDENTITY,
    tls: { ...args.tls, annotations: {} },
    containers: [
      restrictedContainer(
        "alertmanager",
        { cpu: "50m", memory: "64Mi" },
        {
          name: "amtool",
          command: ["sh", "-ec", script],
          volumeMounts: [
            mount,
            TLS_MOUNT,
            { name: "alertmanager", mountPath: "/run/secrets/alertmanager", readOnly: true },
          ],
        },
      ),
    ],
    volumes: [volume, secretVolume("alertmanager", args.secret, "alertmanager-web-password")],
    spec: { restartPolicy: "OnFailure" },
  });
  const identity = [files, script, args.secret, imageReference("alertmanager")];
  new kubernetes.batch.v1.Job(
    name,
    {
      metadata: {
        ...metadata,
        name: nameWithContentHash(NAME, identity),
        // The deployment does not wait for this Job.
        annotations: { "pulumi.com/skipAwait": "true" },
      },
      spec: { backoffLimit: 10, activeDeadlineSeconds: DEADLINE_SECONDS, template },
    },
    { ...opts, dependsOn: [...dependsOnList(opts), config.resource] },
  );
}
