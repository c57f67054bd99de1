import { mountedFiles, type Pod, podsNamed } from "../../kubernetes.ts";
import type { Violation } from "../../node.ts";
import type { Rule } from "../../rule.ts";
import { directives, wordLines } from "../../server-configs.ts";

/** Entries of pg_hba.conf that take a connection without TLS: `host` takes both kinds. */
const PLAIN = ["host", "hostnossl", "hostgssenc", "hostnogssenc"];

function takesPlain(line: readonly string[]): boolean {
  return PLAIN.includes(line[0] ?? "") && line.at(-1) !== "reject";
}

export const demandDatabaseTls: Rule<Pod> = {
  name: "demand-database-tls",
  items: ["pre.database.tls"],
  description: "The database refuses connections without TLS.",
  explanation: "Passwords and players' data cross the nodes' network.",
  remediation: "Keep ssl = on in postgresql.conf and only hostssl (and local) entries in pg_hba.conf.",
  subjects: (context) => podsNamed(context, "postgres"),
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
        .filter((file) => directives(file.text ?? "").get("ssl") !== "on")
        .map((file) => file.violation("postgresql.conf does not turn ssl on")),
      ...access.flatMap((file) =>
        wordLines(file.text ?? "")
          .filter(takesPlain)
          .map((line) => file.violation(`pg_hba.conf takes plain connections: ${line.join(" ")}`)),
      ),
    ];
  },
};
