import { X509Certificate } from "node:crypto";
import type { Config } from "../config.ts";
import { type ConfigPath, formatConfigPath } from "../config-path.ts";
import { mayContainSecret } from "../redaction.ts";

/** A string of the config with its path. */
export interface ConfigText {
  readonly path: ConfigPath;
  readonly subject: string;
  readonly text: string;
  /** Whether the string must not be shown. */
  readonly secret: boolean;
}

function collectTexts(path: ConfigPath, value: unknown): ConfigText[] {
  if (typeof value === "string") {
    return [{ path, subject: formatConfigPath(path), text: value, secret: mayContainSecret(path) }];
  }
  if (Array.isArray(value)) return value.flatMap((inner, index) => collectTexts([...path, index], inner));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => collectTexts([...path, key], inner));
}

/** The subjects of the RDS CA certificates; only the subject shows that a certificate is an example. */
function certificateSubjects({ database }: Config): ConfigText[] {
  if (database.kind !== "rds") return [];
  const path = ["database", "caCertificates"];
  const blocks = database.caCertificates.match(/-----BEGIN[^-]*-----[^-]*-----END[^-]*-----/g) ?? [];
  return blocks.map((block) => {
    const parts = new X509Certificate(block).subject.split("\n");
    const text = parts.map((part) => part.slice(part.indexOf("=") + 1)).join(" / ");
    return { path, subject: formatConfigPath(path), text, secret: false };
  });
}

/** Every string of the stack file, and every setting of the game server, including defaults. */
export function listConfigTexts(config: Config): ConfigText[] {
  const { aws, cluster, gameServer, gateway, database, redis, certificates, backup, alarms } = config;
  const { monitoring, logs, credentials, variables } = config;
  const { variables: _overrides, ...rest } = gameServer;
  const settings = [...variables].flatMap(([name, variable]) =>
    variable.kind === "plain" && variable.definition.source.kind === "setting"
      ? collectTexts(["gameServer", "variables", name], variable.value)
      : [],
  );
  const services = { gateway, database, redis, certificates, backup, alarms, monitoring, logs };
  const sections = { aws, cluster, gameServer: rest, ...services };
  return [...collectTexts([], { ...sections, ...credentials }), ...certificateSubjects(config), ...settings];
}
