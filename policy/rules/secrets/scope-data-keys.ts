import { GAME_SERVER } from "../../game-server.ts";
import { NAME_LABEL, type Pod, pods } from "../../kubernetes.ts";
import type { Rule } from "../../rule.ts";
import { keysOfSecret, secretReferences } from "../../secret-references.ts";

const DATA_KEYS = ["player-data-key", "world-data-key"];

export const scopeDataKeys: Rule<Pod> = {
  name: "scope-data-keys",
  items: ["pre.security.data-keys-scoped"],
  description: "The keys of player and world data reach the game server and no other workload.",
  explanation:
    "Stored data is encrypted against everybody who has the database or its backup, but not the keys.",
  remediation: "Take the keys out of the pod; name single keys of a Secret instead of mounting it whole.",
  subjects: (context) => pods(context).filter((pod) => secretReferences(pod).length > 0),
  check: (pod, context) => {
    const workload = pod.labels.at(NAME_LABEL);
    if (workload.text === GAME_SERVER) return [];
    return secretReferences(pod).flatMap(({ node, name, keys }) => {
      const named = keys.map(({ text }) => text ?? "");
      const read = keys.length > 0 ? named : (keysOfSecret(context, pod.namespace, name.text) ?? []);
      return read
        .filter((key) => DATA_KEYS.includes(key))
        .map((key) => node.violation(`${workload.shown} reads ${key}`, workload));
    });
  },
};
