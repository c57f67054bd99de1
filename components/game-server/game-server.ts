import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../shared/environments.ts";
import {
  createImmutableConfigMap,
  type ImmutableConfigMap,
} from "../shared/kubernetes/immutable-config-map.ts";
import {
  imageDigestVersion,
  type Labels,
  objectLabels,
  selectorLabels,
} from "../shared/kubernetes/labels.ts";
import { GAME_NAMESPACE } from "../shared/kubernetes/namespaces.ts";
import type { GameServerPod, GameServerPoolSize } from "./game-server-pod.ts";
import { GameServerPool } from "./game-server-pool.ts";

interface GameServerArgs {
  readonly environment: Environment;
  readonly pools: readonly GameServerPoolSize[];
  /** The variables that are not secret, by name; the data of the environment ConfigMap. */
  readonly variables: Readonly<Record<string, string>>;
  /** PEM certificates of the database's CA if it is not the internal CA. */
  readonly databaseCaCertificates: string | undefined;
  /** PEM certificates of the CA of Redis if it is not the internal CA. */
  readonly redisCaCertificates?: string | undefined;
  readonly zones: number;
  /** The pod, except the names of its ConfigMaps. */
  readonly pod: Omit<GameServerPod, "environmentConfigMap" | "caConfigMaps">;
}

/** The workload's name: its Service, its ServiceAccount and the `app.kubernetes.io/name` of its pods. */
const NAME = "game-server";

/** The headless Service through which servers find each other's addresses. */
const MESH_SERVICE_NAME = "game-server-mesh";

/** The Godot game servers: a shared environment ConfigMap and Service, and a Deployment per pool. */
export class GameServer extends pulumi.ComponentResource {
  constructor(name: string, args: GameServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:game-server:GameServer", name, {}, opts);
    const labels = objectLabels(NAME, args.environment, imageDigestVersion(args.pod.image));
    const childOpts = { parent: this };
    const environment = this.#config(`${name}-environment`, "game-server-env", labels, args.variables);
    const authorities = this.#authorities(name, labels, args);
    new kubernetes.core.v1.ServiceAccount(
      `${name}-service-account`,
      {
        metadata: { name: NAME, namespace: GAME_NAMESPACE, labels: { ...labels } },
        automountServiceAccountToken: false,
      },
      childOpts,
    );
    this.#services(name, labels, args.pod.ports);
    const pod = {
      ...args.pod,
      environmentConfigMap: environment.name,
      caConfigMaps: authorities.map(([store, { name: configMap }]) => ({ store, configMap })),
    };
    const dependsOn = [environment, ...authorities.map(([, config]) => config)].map(
      ({ resource }) => resource,
    );
    for (const size of args.pools) {
      const pool = { workload: NAME, labels, size, zones: args.zones, pod };
      new GameServerPool(`${name}-${size.name}`, pool, { parent: this, dependsOn });
    }
    this.registerOutputs({});
  }

  /** The CAs of the database certificates that were not issued by the internal CA. */
  #authorities(
    name: string,
    labels: Labels,
    args: GameServerArgs,
  ): (readonly ["database" | "redis", ImmutableConfigMap])[] {
    const caCertificates = [
      ["database", args.databaseCaCertificates] as const,
      ["redis", args.redisCaCertificates] as const,
    ];
    return caCertificates.flatMap(([store, pem]) =>
      pem === undefined
        ? []
        : [
            [
              store,
              this.#config(`${name}-${store}-authority`, `${store}-authority`, labels, { "ca.crt": pem }),
            ] as const,
          ],
    );
  }

  #config(
    resource: string,
    baseName: string,
    labels: Labels,
    data: Readonly<Record<string, string>>,
  ): ImmutableConfigMap {
    return createImmutableConfigMap(
      resource,
      { baseName, namespace: GAME_NAMESPACE, labels, data },
      { parent: this },
    );
  }

  #services(name: string, objectLabels: Labels, ports: GameServerPod["ports"]): void {
    const selector = { ...selectorLabels(NAME) };
    const labels = { ...objectLabels };
    new kubernetes.core.v1.Service(
      `${name}-service`,
      {
        metadata: { name: NAME, namespace: GAME_NAMESPACE, labels },
        spec: {
          type: "ClusterIP",
          selector,
          ports: [
            { name: "https", port: ports.http, targetPort: "https", protocol: "TCP" },
            { name: "telemetry", port: ports.telemetry, targetPort: "telemetry", protocol: "TCP" },
          ],
        },
      },
      { parent: this },
    );
    new kubernetes.core.v1.Service(
      `${name}-mesh-service`,
      {
        metadata: { name: MESH_SERVICE_NAME, namespace: GAME_NAMESPACE, labels },
        spec: {
          clusterIP: "None",
          selector,
          // Servers that are starting or draining are part of the mesh, because regions are handed over from them.
          publishNotReadyAddresses: true,
          ports: [{ name: "discovery", port: ports.discovery, targetPort: "discovery", protocol: "UDP" }],
        },
      },
      { parent: this },
    );
  }
}
