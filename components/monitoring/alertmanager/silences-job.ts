import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { configObject } from "../../shared/config-object.ts";
import { dependencies } from "../../shared/dependencies.ts";
import type { Environment } from "../../shared/environments.ts";
import { serviceHost } from "../../shared/flows.ts";
import { METRICS_PORTS } from "../../shared/metrics-ports.ts";
import { contentName } from "../../shared/naming.ts";
import { imageReference } from "../../shared/versions.ts";
import type { Silence } from "../options.ts";
import {
  configMount,
  container,
  metadataOf,
  NOBODY,
  podTemplate,
  secretVolume,
  serviceAccount,
  TLS_MOUNT,
  type WorkloadTls,
} from "../workload.ts";
import { clientConfig } from "./cluster.ts";
import { applySilences, silencesFile } from "./silences.ts";

export interface SilencesJobArgs {
  readonly environment: Environment;
  readonly silences: readonly Silence[];
  readonly secret: string;
  readonly tls: WorkloadTls;
}

const NAME = "alertmanager-silences";

/** Enough for a rollout of Alertmanager that is still under way. */
const PATIENCE_SECONDS = 900;

/**
 * A Job that makes Alertmanager's silences those of the config, once for each content: it is named by what it applies, so a
 * changed list is a new Job, and an unchanged one does not run again.
 */
export function silencesJob(name: string, args: SilencesJobArgs, opts: pulumi.CustomResourceOptions): void {
  const metadata = metadataOf(NAME, args.environment);
  const { namespace, labels } = metadata;
  const files = { "silences.json": silencesFile(args.silences), "client.yml": clientConfig() };
  const parent = opts.parent as pulumi.Resource;
  const config = configObject(
    `${name}-config`,
    { baseName: NAME, namespace, labels, data: files },
    { parent },
  );
  serviceAccount(name, NAME, args.environment, parent);
  const url = `https://${serviceHost("alertmanager")}:${METRICS_PORTS.alertmanager}`;
  const amtool = `amtool --alertmanager.url=${url} --http.config.file=/etc/silences/client.yml`;
  const script = applySilences(amtool, "/etc/silences/silences.json");
  const { volume, mount } = configMount(config.name, "/etc/silences");
  const template = podTemplate({
    workload: NAME,
    environment: args.environment,
    identity: NOBODY,
    tls: { ...args.tls, annotations: {} },
    containers: [
      container(
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
        name: contentName(NAME, identity),
        // A deployment is not held up by a silence.
        annotations: { "pulumi.com/skipAwait": "true" },
      },
      spec: { backoffLimit: 10, activeDeadlineSeconds: PATIENCE_SECONDS, template },
    },
    { ...opts, dependsOn: [...dependencies(opts), config.resource] },
  );
}
