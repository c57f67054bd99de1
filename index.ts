import { createCloud } from "./cloud.ts";
import { Admission } from "./components/admission/admission.ts";
import { Certificates } from "./components/certificates/certificates.ts";
import { revisionAnnotations, tlsVolume } from "./components/certificates/tls-mount.ts";
import { createCluster } from "./components/cluster/create.ts";
import { Namespaces } from "./components/cluster/namespaces.ts";
import { NetworkPolicies } from "./components/cluster/network-policies.ts";
import type { Config } from "./components/config/config.ts";
import { loadConfig } from "./components/config/load.ts";
import * as slices from "./components/config/slices.ts";
import * as awsSlices from "./components/config/slices-aws.ts";
import * as storeSlices from "./components/config/slices-stores.ts";
import { createStores } from "./components/data/stores.ts";
import { GameServer } from "./components/game-server/game-server.ts";
import { GATEWAY_PORT, Gateway } from "./components/gateway/gateway.ts";
import { Secrets } from "./components/secrets/secrets.ts";
import { flows } from "./components/shared/flows.ts";

/**
 * The program: everything that one environment consists of. Returns the stack's outputs. This is the module's only export,
 * because the engine takes either a default export or named ones.
 */
export default function program(config: Config = loadConfig()): Record<string, unknown> {
  const { environment } = config;
  const cluster = createCluster("cluster", awsSlices.cluster(config));
  const { storageClass, zones } = cluster;
  const namespaces = new Namespaces(
    "namespaces",
    { environment },
    { providers: cluster.providers, dependsOn: [cluster] },
  );
  const inside = { providers: cluster.providers, dependsOn: [namespaces] };

  new Admission("admission", slices.admission(config), inside);
  const network = new NetworkPolicies(
    "network",
    { environment, flows: flows(slices.flows(config, GATEWAY_PORT, cluster.aws?.network)), dns: cluster.dns },
    inside,
  );
  const secrets = new Secrets("secrets", slices.secrets(config), inside);
  const certificates = new Certificates("certificates", slices.certificates(config), inside);
  const { mounts } = certificates;
  // Pods refer to Secrets by name, which orders nothing by itself.
  const equipped = { ...inside, dependsOn: [namespaces, network, secrets, certificates] };

  const store = (server: "postgres" | "redis") => ({
    environment,
    storageClass,
    secretName: secrets.objectNames[server],
    tls: {
      volume: tlsVolume("tls", mounts.servers[server]),
      annotations: revisionAnnotations(mounts.servers[server]),
    },
  });
  const cloud = createCloud(config, cluster.aws, secrets);
  const stores = createStores(
    storeSlices.stores(config),
    {
      inCluster: store,
      aws: cluster.aws,
      topicArn: cloud?.topicArn,
      redisPassword: secrets.values.get("redis-password"),
      placement: cluster.placement("system"),
    },
    equipped,
  );
  cloud?.watch(stores);

  const gameServer = new GameServer(
    "game-server",
    {
      ...slices.gameServer(config),
      zones,
      redisAuthority: stores.redisAuthority,
      pod: {
        ...slices.gameServerPod(config),
        secretVariables: slices.secretVariables(config).map(({ name, secret }) => ({
          name,
          reference: secrets.reference("spacetime", secret),
        })),
        deployedVariables: stores.deployedVariables,
        tlsVolume: tlsVolume("tls", mounts.servers["game-server"]),
        annotations: revisionAnnotations(mounts.servers["game-server"]),
        placement: cluster.placement("game"),
      },
    },
    { ...equipped, dependsOn: [...equipped.dependsOn, ...stores.resources] },
  );
  new Gateway(
    "gateway",
    {
      ...slices.gateway(config),
      zones,
      loadBalancer: cluster.loadBalancer,
      certificateSecret: mounts.gateway.secretName,
      certificateVolume: tlsVolume("gateway-tls", mounts.gateway),
      authorityVolume: tlsVolume("internal-tls", mounts.authority),
      annotations: revisionAnnotations(mounts.gateway, mounts.authority),
    },
    { ...equipped, dependsOn: [...equipped.dependsOn, gameServer] },
  );
  return { environment, url: slices.publicUrl(config) };
}
