import { GAME_SERVER } from "../../lib/game-server.ts";
import { NAME_LABEL, type Pod, pods } from "../../lib/kubernetes.ts";
import { keysOfSecret, secretReferences } from "../../lib/secret-references.ts";
import type { Rule } from "../../rule.ts";

const DATA_KEYS = ["player-data-key", "world-data-key"];

export const restrictDataKeys: Rule<Pod> = {
  name: "restrict-data-keys",
  items: ["pre.security.data-keys-scoped"],
  description: "Only the game server can read the encryption keys of player and world data.",
  explanation:
    "Encryption protects stored data only while database and backup access does not include the keys.",
  remediation:
    "Remove the keys from the pod; reference single keys of a Secret instead of mounting all of it.",
  subjects: (context) => pods(context).filter((pod) => secretReferences(pod).length > 0),
  check: (pod, context) => {
    const workload = pod.labels.at(NAME_LABEL);
    if (workload.text === GAME_SERVER) return [];
    return secretReferences(pod).flatMap(({ node, name, keys }) => {
      const named = keys.map(({ text }) => text ?? "");
      const read = keys.length > 0 ? named : (keysOfSecret(context, pod.namespace, name.text) ?? []);
      return read
        .filter((key) => DATA_KEYS.includes(key))
        .map((key) => node.violation(`${workload.displayText} reads ${key}`, workload));
    });
  },
};
