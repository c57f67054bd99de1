/** The typed config of each component, derived from the config of the environment. */
export * from "./admission-config.ts";
export * from "./alarms-config.ts";
export * from "./backup-config.ts";
export * from "./certificates-config.ts";
export * from "./cluster-config.ts";
export * from "./data-stores-config.ts";
export * from "./game-server-config.ts";
export * from "./gateway-config.ts";
export * from "./logging-config.ts";
export * from "./monitoring-config.ts";
export * from "./namespaces-config.ts";
export * from "./network-flows-config.ts";
export * from "./secrets-config.ts";
