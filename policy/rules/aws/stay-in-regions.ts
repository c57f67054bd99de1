import { AWS } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const stayInRegions: Rule<Node> = {
  name: "stay-in-regions",
  items: [],
  description: "Resources stand only in regions that the studio has decided on.",
  explanation: "Player data has a legal home; a typing error must not move it.",
  remediation: "Correct the region, or add it to parameters.regions in policy/config.yaml.",
  // A resource may name a region of its own.
  subjects: (context) => [
    ...context.ofType(AWS.provider),
    ...context.resources.filter((node) => node.resource.type.startsWith("aws:") && node.at("region").given),
  ],
  check: (provider, { parameters }) => {
    const region = provider.at("region");
    return region.text !== undefined && parameters.regions.includes(region.text)
      ? []
      : [region.violation(`${region.shown} is not among ${parameters.regions.join(", ")}`)];
  },
};
