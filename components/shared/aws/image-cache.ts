import type * as pulumi from "@pulumi/pulumi";
import type { AwsAccount } from "./aws-environment.ts";

/** The prefix of the repositories that ECR creates for cached images. */
export const IMAGE_CACHE_PREFIX = "spacetime-vr-cache";

/**
 * The repository prefix of each cached registry. `bootstrap/state-and-roles.yaml` creates the rules, because they belong to the
 * account's registry and not to one environment.
 */
export const CACHED_REGISTRIES: Readonly<Record<string, string>> = {
  "docker.io": `${IMAGE_CACHE_PREFIX}/docker-hub`,
  "ghcr.io": `${IMAGE_CACHE_PREFIX}/github`,
  "public.ecr.aws": `${IMAGE_CACHE_PREFIX}/ecr-public`,
  "quay.io": `${IMAGE_CACHE_PREFIX}/quay`,
  "registry.k8s.io": `${IMAGE_CACHE_PREFIX}/kubernetes`,
};

/** The host name of the account's registry in the region of the cluster. */
export function registryHost({ account, region, partition }: AwsAccount): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}`;
}

/** The reference of an image in the account's cache; an image of an uncached registry keeps its reference. */
export function cachedImage(aws: AwsAccount, image: string): string {
  const separator = image.indexOf("/");
  const prefix = CACHED_REGISTRIES[image.slice(0, separator)];
  return prefix === undefined ? image : `${registryHost(aws)}/${prefix}${image.slice(separator)}`;
}

/**
 * Makes every workload pull its images through the account's cache. Behind NAT, all nodes share the anonymous rate limit of
 * one address, and with the interface endpoints of ECR, images are available without the internet.
 */
export function useImageCache(aws: AwsAccount): pulumi.ResourceTransformation {
  return ({ type, props, opts }) =>
    type.startsWith("kubernetes:") ? { props: rewriteImages(aws, props) as pulumi.Inputs, opts } : undefined;
}

const CONTAINER_LISTS = ["containers", "initContainers"];

/** Rewrites the images of all containers in plain values; outputs stay as they are, because a preview does not know them. */
function rewriteImages(aws: AwsAccount, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => rewriteImages(aws, item));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      CONTAINER_LISTS.includes(key) && Array.isArray(inner)
        ? inner.map((container) => rewriteContainer(aws, container))
        : rewriteImages(aws, inner),
    ]),
  );
}

function rewriteContainer(aws: AwsAccount, container: unknown): unknown {
  if (!isPlainObject(container) || typeof container.image !== "string") return container;
  return { ...container, image: cachedImage(aws, container.image) };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
