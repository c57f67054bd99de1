import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, DATABASE_TYPES, requireSet, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireFinalSnapshots: Rule<InputNode> = {
  name: "require-final-snapshots",
  items: ["pre.database.deletion-protected"],
  description: "Managed databases and caches create a final snapshot when they are deleted.",
  explanation: "After deleting the wrong environment, the data must be recoverable within an hour.",
  remediation: "Set finalSnapshotIdentifier, and set skipFinalSnapshot to false.",
  environments: ["production"],
  subjects: (context) => resourcesOfTypes(context, ...DATABASE_TYPES, AWS_TYPES.cache),
  check: (store) => {
    const skip = store.at("skipFinalSnapshot");
    return [
      ...(skip.flag === true || skip.unknown ? [skip.violation("skipFinalSnapshot is not false")] : []),
      ...requireSet(store.at("finalSnapshotIdentifier"), "finalSnapshotIdentifier is not set"),
    ];
  },
};
