import type { Violation } from "../../input-node.ts";
import { parseSettings, tokenizeLines } from "../../lib/config-files.ts";
import { mountedFiles, type Pod, podsOfWorkloads } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** Entry types of pg_hba.conf that match connections without TLS; `host` matches connections with and without it. */
const PLAINTEXT_ENTRY_TYPES = ["host", "hostnossl", "hostgssenc", "hostnogssenc"];

function allowsPlaintext(line: readonly string[]): boolean {
  return PLAINTEXT_ENTRY_TYPES.includes(line[0] ?? "") && line.at(-1) !== "reject";
}

export const requirePostgresTls: Rule<Pod> = {
  name: "require-postgres-tls",
  items: ["pre.database.tls"],
  description: "Postgres rejects connections without TLS.",
  explanation: "Passwords and player data cross the network between nodes.",
  remediation: "Set ssl = on in postgresql.conf, and use only hostssl and local entries in pg_hba.conf.",
  subjects: (context) => podsOfWorkloads(context, "postgres"),
  check: (pod, context) => {
    const settings = mountedFiles(context, pod, "postgresql.conf");
    const access = mountedFiles(context, pod, "pg_hba.conf");
    const missing: Violation[] =
      settings.length > 0 && access.length > 0
        ? []
        : [pod.spec.at("volumes").violation("postgresql.conf and pg_hba.conf are not both mounted")];
    return [
      ...missing,
      ...settings
        .filter((file) => parseSettings(file.text ?? "").get("ssl") !== "on")
        .map((file) => file.violation("postgresql.conf does not set ssl = on")),
      ...access.flatMap((file) =>
        tokenizeLines(file.text ?? "")
          .filter(allowsPlaintext)
          .map((line) => file.violation(`pg_hba.conf accepts connections without TLS: ${line.join(" ")}`)),
      ),
    ];
  },
};
