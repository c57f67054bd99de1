import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, DATABASE_TYPES, requireSet, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireFinalSnapshots: Rule<InputNode> = {
  name: "require-final-snapshots",
  items: [],
  description: "A managed store that is deleted leaves a last snapshot behind.",
  explanation: "Deleting the wrong environment must cost an hour, not the players.",
  remediation: "Set finalSnapshotIdentifier, and skipFinalSnapshot to false.",
  environments: ["production"],
  subjects: (context) => resourcesOfTypes(context, ...DATABASE_TYPES, AWS_TYPES.cache),
  check: (store) => {
    const skip = store.at("skipFinalSnapshot");
    return [
      ...(skip.flag === true || skip.unknown ? [skip.violation("leaves no snapshot behind")] : []),
      ...requireSet(store.at("finalSnapshotIdentifier"), "its last snapshot has no name"),
    ];
  },
};
