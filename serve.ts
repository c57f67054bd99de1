import type * as pulumi from "@pulumi/pulumi";
import {
  certificateRevisionAnnotations,
  serverTlsMount,
  type TlsMounts,
  tlsVolume,
} from "./components/certificates/tls-mount.ts";
import type { Cluster } from "./components/cluster/cluster.ts";
import type { Config } from "./components/config/config.ts";
import * as slices from "./components/config/slices.ts";
import type { DataStores } from "./components/data/data-stores.ts";
import { GameServer } from "./components/game-server/game-server.ts";
import { Gateway } from "./components/gateway/gateway.ts";
import type { Secrets } from "./components/secrets/secrets.ts";

/** What the rest of the program gives to what players reach. */
export interface Served {
  readonly cluster: Cluster;
  readonly secrets: Secrets;
  readonly mounts: TlsMounts;
  readonly stores: DataStores;
  readonly opts: pulumi.ComponentResourceOptions & { readonly dependsOn: pulumi.Resource[] };
}

/** What players reach: the game servers, and the gateway in front of them; wired here to keep `index.ts` short. */
export function serve(config: Config, served: Served): void {
  const gameServer = play(config, served);
  open(config, served, gameServer);
}

function play(config: Config, { cluster, secrets, mounts, stores, opts }: Served): GameServer {
  const tls = serverTlsMount(mounts, "game-server");
  return new GameServer(
    "game-server",
    {
      ...slices.gameServer(config),
      zones: cluster.zones,
      redisAuthority: stores.redisAuthority,
      pod: {
        ...slices.gameServerPod(config),
        secretVariables: slices.secretVariables(config).map(({ name, secret }) => ({
          name,
          reference: secrets.reference("spacetime", secret),
        })),
        deployedVariables: stores.deployedVariables,
        tlsVolume: tls.volume,
        annotations: tls.annotations,
        placement: cluster.placement("game"),
      },
    },
    { ...opts, dependsOn: [...opts.dependsOn, ...stores.resources] },
  );
}

function open(config: Config, { cluster, mounts, opts }: Served, gameServer: GameServer): void {
  const isWatched = config.monitoring.kind !== "none";
  new Gateway(
    "gateway",
    {
      ...slices.gateway(config),
      zones: cluster.zones,
      loadBalancer: cluster.loadBalancer,
      certificateSecret: mounts.gateway.secretName,
      certificateVolume: tlsVolume("gateway-tls", mounts.gateway),
      internalCaVolume: tlsVolume("internal-tls", mounts.authority),
      metricsVolume: isWatched ? serverTlsMount(mounts, "gateway", "metrics-tls").volume : undefined,
      annotations: {
        ...certificateRevisionAnnotations(mounts.gateway, mounts.authority),
        // The leaf is signed anew with its authority, so its revision stands for both.
        ...(isWatched ? serverTlsMount(mounts, "gateway").annotations : {}),
      },
    },
    { ...opts, dependsOn: [...opts.dependsOn, gameServer] },
  );
}
