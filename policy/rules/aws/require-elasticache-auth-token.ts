import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireElasticacheAuthToken: Rule<InputNode> = {
  name: "require-elasticache-auth-token",
  items: ["pre.redis.password"],
  description: "Managed caches require a password.",
  explanation: "The password still protects the data if a security group allows too much.",
  remediation: "Set authToken to the generated secret redis-password.",
  subjects: (context) => context.ofType(AWS_TYPES.cache),
  check: (cache) => {
    const token = cache.at("authToken");
    return (token.text ?? "") === "" ? [token.violation("the cache requires no password")] : [];
  },
};
