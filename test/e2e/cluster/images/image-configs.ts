import { IMAGES, imageReference } from "../../../../components/shared/kubernetes/images.ts";
import { PAUSE_IMAGE } from "../machine/machine-files.ts";

/** What an image starts, as in its config in the OCI image specification. */
export interface ImageConfig {
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingDirectory?: string;
}

/** The programs of Debian's packages stand under the names that the original images use for them. */
const configs: { readonly [name in keyof typeof IMAGES]?: ImageConfig } = {
  alertmanager: {
    entrypoint: ["/usr/bin/prometheus-alertmanager"],
    user: "65534",
    workingDirectory: "/alertmanager",
  },
  "blackbox-exporter": { entrypoint: ["/usr/bin/prometheus-blackbox-exporter"], user: "65534" },
  nginx: { entrypoint: ["/usr/sbin/nginx"], command: ["-g", "daemon off;"] },
  "nginx-exporter": { entrypoint: ["/usr/bin/prometheus-nginx-exporter"], user: "65534" },
  "node-exporter": { entrypoint: ["/usr/bin/prometheus-node-exporter"], user: "65534" },
  postgres: {
    entrypoint: ["docker-entrypoint.sh"],
    command: ["postgres"],
    env: { PGDATA: "/var/lib/postgresql/18/docker", PG_MAJOR: "18" },
  },
  "postgres-exporter": { entrypoint: ["/usr/bin/prometheus-postgres-exporter"], user: "65534" },
  prometheus: { entrypoint: ["/usr/bin/prometheus"], user: "65534", workingDirectory: "/prometheus" },
  redis: { entrypoint: ["redis-server"] },
  "redis-exporter": { entrypoint: ["/usr/bin/prometheus-redis-exporter"], user: "59000" },
};

/** Images that no registry of packages serves: their pods stay in the state ImagePullBackOff. */
export const MISSING_IMAGES = Object.keys(IMAGES).filter((name) => !Object.hasOwn(configs, name));

/** The images of the test cluster itself. */
export const SYSTEM_IMAGES = {
  coredns: "registry.k8s.io/coredns/coredns:v1.15.0",
  "local-path-provisioner": "docker.io/rancher/local-path-provisioner:v0.0.30",
} as const;

const SYSTEM_CONFIGS: Readonly<Record<string, ImageConfig>> = {
  [PAUSE_IMAGE]: { entrypoint: ["/usr/bin/tini", "--", "sleep", "infinity"], user: "65535" },
  [SYSTEM_IMAGES.coredns]: { entrypoint: ["/usr/local/bin/coredns"] },
  [SYSTEM_IMAGES["local-path-provisioner"]]: { entrypoint: ["/usr/local/bin/local-path-provisioner"] },
};

/** Every image with a tag, under exactly the name that pods use. */
export function taggedImages(): Map<string, ImageConfig> {
  const pinned = Object.entries(configs).map(
    ([name, config]) => [imageReference(name as keyof typeof IMAGES), config] as const,
  );
  return new Map([...pinned, ...Object.entries(SYSTEM_CONFIGS)]);
}

/** The repository of the game server's image, which pods name with its digest. */
export const GAME_SERVER_REPOSITORY = "example.test/spacetime-vr/server";

/** As in release/image/Dockerfile. */
export const GAME_SERVER_CONFIG: ImageConfig = {
  entrypoint: ["/usr/bin/tini", "-g", "--", "/usr/local/bin/spacetime-server"],
  command: ["--headless"],
  env: { HOME: "/tmp" },
  user: "10001:10001",
};
