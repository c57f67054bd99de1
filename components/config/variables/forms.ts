import { list, text } from "./define.ts";

/** A scene of the Godot project. */
export const SCENE = /^res:\/\/[A-Za-z0-9_./-]+\.tscn$/;

/** An absolute path inside the container. */
export const filePath = text(/^(\/[A-Za-z0-9_.-]+)+$/, "/run/secrets/tls/tls.crt");

/** A host name or an IPv4 address. */
export const host = text(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, "postgres.spacetime.svc");

/** A Postgres identifier that needs no quoting. */
export const identifier = text(/^[a-z_][a-z0-9_]{0,62}$/, "spacetime");

/** Scenes, comma-separated. */
export const scenes = list(SCENE, "res://vr_main.tscn");

/** Four numbers to 255, without leading zeros, which some readers take for octal. */
const OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = `(${OCTET}\\.){3}${OCTET}`;

/** An IPv4 address. */
export const address = text(new RegExp(`^${IPV4}$`), "0.0.0.0");

/** IPv4 networks, comma-separated. */
export const networks = list(new RegExp(`^${IPV4}/(3[0-2]|[12]?\\d)$`), "10.0.0.0/8", { allowEmpty: true });

/** The roles of the server's access control, from the least to the most powerful. */
export const ROLES = ["observer", "player", "operator", "admin"] as const;
