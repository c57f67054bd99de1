/**
 * All images of the infrastructure, pinned to an exact version. The game server's image is pinned by digest in the stack
 * file, because it is built by another pipeline.
 */
export const IMAGES = {
  awsCli: { repository: "public.ecr.aws/aws-cli/aws-cli", tag: "2.36.46", version: "2.36.46" },
  alertmanager: { repository: "docker.io/prom/alertmanager", tag: "v0.28.1", version: "0.28.1" },
  "blackbox-exporter": {
    repository: "docker.io/prom/blackbox-exporter",
    tag: "v0.28.0",
    version: "0.28.0",
  },
  // The same image as cr.fluentbit.io/fluent/fluent-bit, from a registry that ECR can cache.
  "fluent-bit": { repository: "docker.io/fluent/fluent-bit", tag: "4.2.3", version: "4.2.3" },
  grafana: { repository: "docker.io/grafana/grafana", tag: "12.4.0", version: "12.4.0" },
  "kube-state-metrics": {
    repository: "registry.k8s.io/kube-state-metrics/kube-state-metrics",
    tag: "v2.19.1",
    version: "2.19.1",
  },
  nginx: { repository: "docker.io/library/nginx", tag: "1.29.7-alpine-slim", version: "1.29.7" },
  "nginx-exporter": {
    repository: "docker.io/nginx/nginx-prometheus-exporter",
    tag: "1.5.1",
    version: "1.5.1",
  },
  "node-exporter": { repository: "docker.io/prom/node-exporter", tag: "v1.11.1", version: "1.11.1" },
  // pgBackRest publishes no image; this one builds each of its releases from source. PostgreSQL 18 needs 2.55 or later.
  pgbackrest: { repository: "docker.io/woblerr/pgbackrest", tag: "2.58.0", version: "2.58.0" },
  postgres: { repository: "docker.io/library/postgres", tag: "18.6-trixie", version: "18.6" },
  "postgres-exporter": {
    repository: "docker.io/prometheuscommunity/postgres-exporter",
    tag: "v0.19.1",
    version: "0.19.1",
  },
  prometheus: { repository: "docker.io/prom/prometheus", tag: "v3.5.0", version: "3.5.0" },
  redis: { repository: "docker.io/library/redis", tag: "8.10.0-alpine", version: "8.10.0" },
  "redis-exporter": {
    repository: "docker.io/oliver006/redis_exporter",
    tag: "v1.69.0",
    version: "1.69.0",
  },
} as const;

/** The pull reference of a pinned image. */
export function imageReference(name: keyof typeof IMAGES): string {
  return `${IMAGES[name].repository}:${IMAGES[name].tag}`;
}
