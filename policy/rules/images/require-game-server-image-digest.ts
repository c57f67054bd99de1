import { gameServerContainers } from "../../lib/game-server.ts";
import type { Container } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const requireGameServerImageDigest: Rule<Container> = {
  name: "require-game-server-image-digest",
  items: ["pre.configuration.images-pinned"],
  description: "The game server's image is pinned by digest.",
  explanation: "The digest binds the deployment to the build whose checks and signature are on record.",
  remediation: "Set gameServer.image to the reference with @sha256:… that the image build printed.",
  subjects: gameServerContainers,
  check: ({ node }) => {
    const image = node.at("image");
    if (/@sha256:[0-9a-f]{64}$/.test(image.text ?? "")) return [];
    return [image.violation(`the image (${image.displayText}) is not pinned by digest`)];
  },
};
