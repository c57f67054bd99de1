import { environmentVariable, gameServerContainers } from "../../lib/game-server.ts";
import type { Container } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** The variables with the server's encryption keys, and the secret for each. */
const DATA_KEYS = {
  GODOT_PLAYER_DATA_KEY: "player-data-key",
  GODOT_WORLD_DATA_KEY: "world-data-key",
} as const;

export const requireDataKeys: Rule<Container> = {
  name: "require-data-keys",
  items: ["pre.database.encrypted"],
  description: "The game server gets the encryption keys for player and world state from generated secrets.",
  explanation:
    "State is encrypted before it reaches the database, so that disks and backups contain no plaintext.",
  remediation: "Set both variables with secretKeyRef to the generated data keys.",
  subjects: gameServerContainers,
  check: (server, context) =>
    Object.entries(DATA_KEYS).flatMap(([name, secret]) => {
      const source = environmentVariable(context, server, name);
      const key = source.at("secretKeyRef", "key");
      return key.text === secret ? [] : [key.violation(`${name} does not reference the secret ${secret}`)];
    }),
};
