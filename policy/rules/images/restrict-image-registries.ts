import { AWS_TYPES } from "../../lib/aws.ts";
import { type Container, containers } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** A private registry of ECR, which the nodes' role may read. */
const PRIVATE_ECR = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\//;

export const restrictImageRegistries: Rule<Container> = {
  name: "restrict-image-registries",
  items: ["pre.configuration.images-pinned"],
  description: "On EKS, every container image is in the account's registry or its cache.",
  explanation:
    "The nodes have credentials for ECR alone. From public registries they pull anonymously, and behind NAT all of them share the rate limit of one address: new nodes wait for images when many start at the same time.",
  remediation:
    "Push the image to the repository of bootstrap/state-and-roles.yaml, or add its registry to components/shared/aws/image-cache.ts and the template.",
  subjects: (context) => (context.ofType(AWS_TYPES.cluster).length === 0 ? [] : containers(context)),
  check: ({ node }) => {
    const image = node.at("image");
    if (image.text !== undefined && PRIVATE_ECR.test(image.text)) return [];
    return [image.violation(`image ${image.text ?? "(missing)"} is not in a private ECR registry`)];
  },
};
