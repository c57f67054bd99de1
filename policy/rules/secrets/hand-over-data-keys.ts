import { gameServers, variable } from "../../game-server.ts";
import type { Container } from "../../kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** With these the server encrypts what it stores. */
const KEYS = {
  GODOT_PLAYER_DATA_KEY: "player-data-key",
  GODOT_WORLD_DATA_KEY: "world-data-key",
} as const;

export const handOverDataKeys: Rule<Container> = {
  name: "hand-over-data-keys",
  items: ["pre.database.encrypted"],
  description: "The game server has the keys with which it encrypts player and world state.",
  explanation:
    "State is encrypted before it reaches the database, so that its disks and backups hold none in plain.",
  remediation: "Set both variables by secretKeyRef to the generated data keys.",
  subjects: gameServers,
  check: (server, context) =>
    Object.entries(KEYS).flatMap(([name, secret]) => {
      const source = variable(context, server, name);
      const key = source.at("secretKeyRef", "key");
      return key.text === secret ? [] : [key.violation(`${name} is not the secret ${secret}`)];
    }),
};
