import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, requireEnabled, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const enableMultiAz: Rule<InputNode> = {
  name: "enable-multi-az",
  items: ["pre.database.availability"],
  description: "Production's managed stores go on in a second zone when the first one fails.",
  explanation: "A store in one zone takes every player down with it.",
  remediation: "Set multiAz on the database; on the cache also automaticFailoverEnabled.",
  environments: ["production"],
  subjects: (context) => resourcesOfTypes(context, AWS_TYPES.database, AWS_TYPES.cache),
  check: (store) => {
    const multiAz =
      store.resource.type === AWS_TYPES.cache ? store.at("multiAzEnabled") : store.at("multiAz");
    const failover = store.resource.type === AWS_TYPES.cache ? [store.at("automaticFailoverEnabled")] : [];
    return [multiAz, ...failover].flatMap((setting) => requireEnabled(setting, "stands in one zone"));
  },
};
