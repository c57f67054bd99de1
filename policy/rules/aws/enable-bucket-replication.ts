import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, DATABASE_TYPES, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const enableBucketReplication: Rule<InputNode> = {
  name: "enable-bucket-replication",
  items: ["pre.backup.bucket"],
  description: "Production backups are replicated to a second region.",
  explanation: "A region can fail, and access to an account can be lost.",
  remediation: "Set backup.replica in the stack file.",
  environments: ["production"],
  subjects: (context) => resourcesOfTypes(context, ...DATABASE_TYPES),
  check: (database, context) => {
    const replications = context.ofType(AWS_TYPES.bucketReplication);
    const on = replications
      .flatMap((replication) => replication.at("rules").items)
      .filter((rule) => rule.at("status").text === "Enabled");
    return on.length > 0
      ? []
      : [
          database.violation(
            "no bucket is replicated",
            ...replications.map((replication) => replication.at("rules")),
          ),
        ];
  },
};
