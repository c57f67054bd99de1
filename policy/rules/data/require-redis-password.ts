import { REDIS_AUTH_FILE } from "../../../components/data/redis-config.ts";
import { containersOf } from "../../lib/kubernetes.ts";
import { redisRule } from "../../lib/redis-rule.ts";

export const requireRedisPassword = redisRule({
  name: "require-redis-password",
  items: ["pre.redis.password"],
  description: "Redis requires a password.",
  explanation: "The password still protects the data if a network policy allows too much.",
  remediation: `Include ${REDIS_AUTH_FILE} in redis.conf, and write requirepass to that file from the mounted Secret.`,
  problems: (settings, pod) => {
    const writes = containersOf(pod).some(({ node }) =>
      node
        .at("command")
        .items.some(({ text }) => text?.includes("requirepass") && text.includes(REDIS_AUTH_FILE)),
    );
    return [
      ...(settings.get("include") === REDIS_AUTH_FILE
        ? []
        : ["redis.conf does not include its password file"]),
      ...(writes ? [] : ["no container writes requirepass to the password file before Redis starts"]),
    ];
  },
});
