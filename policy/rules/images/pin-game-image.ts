import { gameServers } from "../../game-server.ts";
import type { Container } from "../../kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const pinGameImage: Rule<Container> = {
  name: "pin-game-image",
  items: ["pre.configuration.images-pinned"],
  description: "The game server's image is pinned by digest.",
  explanation: "The digest binds the deployment to the build whose checks and signature are on record.",
  remediation: "Set gameServer.image to the reference with @sha256:… that the image build printed.",
  subjects: gameServers,
  check: ({ node }) => {
    const image = node.at("image");
    if (/@sha256:[0-9a-f]{64}$/.test(image.text ?? "")) return [];
    return [image.violation(`the image (${image.shown}) is not pinned by digest`)];
  },
};
