import { createCloud } from "./cloud.ts";
import { AdmissionPolicies } from "./components/admission/admission-policies.ts";
import { Certificates } from "./components/certificates/certificates.ts";
import { serverTlsMount } from "./components/certificates/tls-mount.ts";
import { createCluster } from "./components/cluster/create-cluster.ts";
import { Namespaces } from "./components/cluster/namespaces.ts";
import { NetworkPolicies } from "./components/cluster/network-policies.ts";
import type { Config } from "./components/config/config.ts";
import { loadConfig } from "./components/config/load-config.ts";
import * as monitored from "./components/config/monitoring-slices.ts";
import * as slices from "./components/config/slices.ts";
import * as awsSlices from "./components/config/slices-aws.ts";
import * as storeSlices from "./components/config/slices-stores.ts";
import { createDataStores } from "./components/data/data-stores.ts";
import { GATEWAY_PORT } from "./components/gateway/gateway.ts";
import { Secrets } from "./components/secrets/secrets.ts";
import { observe } from "./observe.ts";
import { serve } from "./serve.ts";

/**
 * The program: everything that one environment consists of. Returns the stack's outputs. This is the module's only export,
 * because the engine takes either a default export or named ones.
 */
export default function program(config: Config = loadConfig()): Record<string, unknown> {
  const { environment } = config;
  const cluster = createCluster("cluster", awsSlices.cluster(config));
  const { storageClass } = cluster;
  const namespaces = new Namespaces(
    "namespaces",
    { environment, namespaces: monitored.namespaces(config) },
    { providers: cluster.providers, dependsOn: [cluster] },
  );
  const inside = { providers: cluster.providers, dependsOn: [namespaces] };

  new AdmissionPolicies("admission", slices.admission(config), inside);
  const network = new NetworkPolicies(
    "network",
    { environment, flows: slices.flows(config, GATEWAY_PORT, cluster.aws?.network), dns: cluster.dns },
    inside,
  );
  const secrets = new Secrets("secrets", slices.secrets(config), inside);
  const certificates = new Certificates("certificates", slices.certificates(config), inside);
  const { mounts } = certificates;
  // Pods refer to Secrets by name, which orders nothing by itself.
  const equipped = { ...inside, dependsOn: [namespaces, network, secrets, certificates] };

  const cloud = createCloud(config, cluster.aws, secrets);
  const stores = createDataStores(
    storeSlices.stores(config),
    {
      inCluster: (server) => ({
        environment,
        storageClass,
        secretName: secrets.objectNames[server],
        // Only a store in the cluster has a certificate of the internal authority.
        get tls() {
          return serverTlsMount(mounts, server);
        },
      }),
      aws: cluster.aws,
      topicArn: cloud?.topicArn,
      redisPassword: secrets.values.get("redis-password"),
      placement: cluster.placement("system"),
    },
    equipped,
  );
  cloud?.watch(stores);

  serve(config, { cluster, secrets, mounts, stores, opts: equipped });
  observe(config, { cluster, secrets, mounts, opts: equipped });
  return { environment, url: slices.publicUrl(config) };
}
