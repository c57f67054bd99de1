import { type Container, containers } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** At least two numbers, such as `18.6-trixie` or `1.29.7-alpine`, but not `18`, `latest` or `stable`. */
const EXACT_TAG = /:v?\d+\.\d+[\w.-]*$/;

/** Container runtimes treat the first part as a registry if it contains a dot or a port, or is localhost. */
const REGISTRY = /^([\w-]+(\.[\w-]+)+(:\d+)?|[\w-]+:\d+|localhost)\//;

/** The problem with an image reference, if there is one. */
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
