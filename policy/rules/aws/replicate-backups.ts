import { AWS, DATABASES, ofTypes } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const replicateBackups: Rule<Node> = {
  name: "replicate-backups",
  items: ["pre.backup.bucket"],
  description: "Production's backups exist in a second region.",
  explanation: "A region can fail, and so can an account's access to it.",
  remediation: "Set backup.replica in the stack file.",
  environments: ["production"],
  subjects: (context) => ofTypes(context, ...DATABASES),
  check: (database, context) => {
    const replications = context.ofType(AWS.bucketReplication);
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
