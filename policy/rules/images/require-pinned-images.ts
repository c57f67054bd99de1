import { type Container, containers } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** Two numbers at least: `18.6-trixie`, `1.29.7-alpine`; not `18`, `latest`, `stable`. */
const EXACT_TAG = /:v?\d+\.\d+[\w.-]*$/;

/** A first part with a dot or a port is a host, as the container runtimes decide it. */
const REGISTRY = /^([\w-]+(\.[\w-]+)+(:\d+)?|[\w-]+:\d+|localhost)\//;

/** What is wrong with an image reference. */
function imageProblem(image: string | undefined): string | undefined {
  if (image === undefined) return "the container sets no image";
  if (!REGISTRY.test(image))
    return `image ${image} has no registry: the default registry depends on the node`;
  return DIGEST.test(image) || EXACT_TAG.test(image) ? undefined : `image ${image} has no exact version`;
}

export const requirePinnedImages: Rule<Container> = {
  name: "require-pinned-images",
  items: ["pre.configuration.images-pinned"],
  description: "Every container image has a registry and an exact version or a digest.",
  explanation: "A floating tag can point to a different image tomorrow than the one that was tested today.",
  remediation:
    "Write the image as registry/name:1.2.3 or registry/name@sha256:…; components/shared/kubernetes/images.ts pins the product's images.",
  subjects: containers,
  check: ({ node }) => {
    const image = node.at("image");
    const message = imageProblem(image.text);
    return message === undefined ? [] : [image.violation(message)];
  },
};
