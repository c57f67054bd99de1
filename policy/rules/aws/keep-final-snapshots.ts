import { AWS, DATABASES, ofTypes, unlessGiven } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const keepFinalSnapshots: Rule<Node> = {
  name: "keep-final-snapshots",
  items: [],
  description: "A managed store that is deleted leaves a last snapshot behind.",
  explanation: "Deleting the wrong environment must cost an hour, not the players.",
  remediation: "Set finalSnapshotIdentifier, and skipFinalSnapshot to false.",
  environments: ["production"],
  subjects: (context) => ofTypes(context, ...DATABASES, AWS.cache),
  check: (store) => {
    const skip = store.at("skipFinalSnapshot");
    return [
      ...(skip.flag === true || skip.unknown ? [skip.violation("leaves no snapshot behind")] : []),
      ...unlessGiven(store.at("finalSnapshotIdentifier"), "its last snapshot has no name"),
    ];
  },
};
