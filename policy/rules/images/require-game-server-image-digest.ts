import { gameServerContainers } from "../../lib/game-server.ts";
import type { Container } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const requireGameServerImageDigest: Rule<Container> = {
  name: "require-game-server-image-digest",
  items: ["pre.configuration.images-pinned"],
  description: "The game server's image is pinned by digest.",
  explanation: "The digest ties the deployment to the build that was tested and signed.",
  remediation: "Set gameServer.image to the reference with @sha256:… from the output of the image build.",
  subjects: gameServerContainers,
  check: ({ node }) => {
    const image = node.at("image");
    if (/@sha256:[0-9a-f]{64}$/.test(image.text ?? "")) return [];
    return [image.violation(`the image (${image.displayText}) is not pinned by digest`)];
  },
};
