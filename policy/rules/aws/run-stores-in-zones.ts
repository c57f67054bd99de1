import { AWS, ofTypes, unlessOn } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const runStoresInZones: Rule<Node> = {
  name: "run-stores-in-zones",
  items: ["pre.database.availability"],
  description: "Production's managed stores go on in a second zone when the first one fails.",
  explanation: "A store in one zone takes every player down with it.",
  remediation: "Set multiAz on the database; on the cache also automaticFailoverEnabled.",
  environments: ["production"],
  subjects: (context) => ofTypes(context, AWS.database, AWS.cache),
  check: (store) => {
    const multiAz = store.resource.type === AWS.cache ? store.at("multiAzEnabled") : store.at("multiAz");
    const failover = store.resource.type === AWS.cache ? [store.at("automaticFailoverEnabled")] : [];
    return [multiAz, ...failover].flatMap((setting) => unlessOn(setting, "stands in one zone"));
  },
};
