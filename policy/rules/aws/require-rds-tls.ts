import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireRdsTls: Rule<InputNode> = {
  name: "require-rds-tls",
  items: ["pre.database.tls"],
  description: "Managed databases reject connections without TLS.",
  explanation: "A client that falls back to plaintext would send the password and player data unencrypted.",
  remediation: "Set rds.force_ssl to 1 in the parameter group.",
  subjects: (context) => context.ofType(AWS_TYPES.databaseParameters),
  check: (group) => {
    const parameters = group.at("parameters");
    const forced = parameters.items.find((parameter) => parameter.at("name").text === "rds.force_ssl");
    if (forced === undefined) return [parameters.violation("rds.force_ssl is not set")];
    const value = forced.at("value");
    return value.text === "1" ? [] : [value.violation(`rds.force_ssl is ${value.displayText}`)];
  },
};
