import type { Command } from "commander";

/** Adds the options that say how to reach a running environment. */
export function addTargetOptions(command: Command, prefix = ""): Command {
  return command
    .option("--token-file <file>", `${prefix}the service token`)
    .option("--metrics-token-file <file>", `${prefix}the token that reads /metrics`)
    .option("--ca-file <file>", `${prefix}CA certificate for the URL, PEM`)
    .option("--telemetry-url <url>", `${prefix}telemetry URL, if it is not <URL>/telemetry`)
    .option("--server-url <url>", `${prefix}URL of the game server itself, behind the gateway`)
    .option("--prometheus-url <url>", `${prefix}for what only the monitoring knows`)
    .option("--alertmanager-url <url>", `${prefix}for the watchdog`)
    .option("--grafana-url <url>", `${prefix}for the dashboards`)
    .option("--monitoring-ca-file <file>", `${prefix}CA certificate of these three, PEM`)
    .option("--secrets <directory>", `${prefix}tokens, passwords and the CA that "secrets generate" wrote`);
}
