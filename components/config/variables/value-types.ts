import { list, text } from "./variable-builders.ts";

/** The path of a scene in the Godot project. */
export const SCENE_PATH_PATTERN = /^res:\/\/[A-Za-z0-9_./-]+\.tscn$/;

/** An absolute path inside the container. */
export const filePath = text(/^(\/[A-Za-z0-9_.-]+)+$/, "/run/secrets/tls/tls.crt");

/** A host name or an IPv4 address. */
export const host = text(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, "postgres.spacetime.svc");

/** A Postgres identifier that needs no quoting. */
export const postgresIdentifier = text(/^[a-z_][a-z0-9_]{0,62}$/, "spacetime");

/** A comma-separated list of scenes. */
export const sceneList = list(SCENE_PATH_PATTERN, "res://vr_main.tscn");

/** No leading zeros: some parsers read such octets as octal. */
const OCTET_PATTERN = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4_PATTERN = `(${OCTET_PATTERN}\\.){3}${OCTET_PATTERN}`;

/** An IPv4 address. */
export const ipv4Address = text(new RegExp(`^${IPV4_PATTERN}$`), "0.0.0.0");

/** A comma-separated list of IPv4 networks. */
export const cidrList = list(new RegExp(`^${IPV4_PATTERN}/(3[0-2]|[12]?\\d)$`), "10.0.0.0/8", {
  allowEmpty: true,
});

/** The roles of the server's access control, from the fewest permissions to the most. */
export const RBAC_ROLES = ["observer", "player", "operator", "admin"] as const;
