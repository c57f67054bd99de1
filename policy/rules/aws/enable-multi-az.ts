import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, requireEnabled, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const enableMultiAz: Rule<InputNode> = {
  name: "enable-multi-az",
  items: ["pre.database.availability"],
  description: "Production databases and caches fail over to a second availability zone.",
  explanation: "A database or cache in a single zone takes all players offline when that zone fails.",
  remediation: "Set multiAz on the database, and multiAzEnabled and automaticFailoverEnabled on the cache.",
  environments: ["production"],
  subjects: (context) => resourcesOfTypes(context, AWS_TYPES.database, AWS_TYPES.cache),
  check: (store) => {
    const multiAz =
      store.resource.type === AWS_TYPES.cache ? store.at("multiAzEnabled") : store.at("multiAz");
    const failover = store.resource.type === AWS_TYPES.cache ? [store.at("automaticFailoverEnabled")] : [];
    return [multiAz, ...failover].flatMap((setting) =>
      requireEnabled(setting, "failover to a second zone is not enabled"),
    );
  },
};
