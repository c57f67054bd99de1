import { environmentVariable, gameServerContainers } from "../../lib/game-server.ts";
import type { Container } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** With these the server encrypts what it stores. */
const DATA_KEYS = {
  GODOT_PLAYER_DATA_KEY: "player-data-key",
  GODOT_WORLD_DATA_KEY: "world-data-key",
} as const;

export const requireDataKeys: Rule<Container> = {
  name: "require-data-keys",
  items: ["pre.database.encrypted"],
  description: "The game server has the keys with which it encrypts player and world state.",
  explanation:
    "State is encrypted before it reaches the database, so that its disks and backups hold none in plain.",
  remediation: "Set both variables by secretKeyRef to the generated data keys.",
  subjects: gameServerContainers,
  check: (server, context) =>
    Object.entries(DATA_KEYS).flatMap(([name, secret]) => {
      const source = environmentVariable(context, server, name);
      const key = source.at("secretKeyRef", "key");
      return key.text === secret ? [] : [key.violation(`${name} is not the secret ${secret}`)];
    }),
};
