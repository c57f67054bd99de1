/**
 * Every image of the infrastructure, pinned to an exact version (the game server's image is pinned by digest in the stack
 * file, because only the studio's own build knows it). This is the one file in which an image changes.
 */
export const IMAGES = {
  awsCli: { repository: "public.ecr.aws/aws-cli/aws-cli", tag: "2.36.46", version: "2.36.46" },
  nginx: { repository: "docker.io/library/nginx", tag: "1.29.7-alpine-slim", version: "1.29.7" },
  postgres: { repository: "docker.io/library/postgres", tag: "18.6-trixie", version: "18.6" },
  redis: { repository: "docker.io/library/redis", tag: "8.10.0-alpine", version: "8.10.0" },
} as const;

/** The pull reference of a pinned image. */
export function imageReference(name: keyof typeof IMAGES): string {
  return `${IMAGES[name].repository}:${IMAGES[name].tag}`;
}
