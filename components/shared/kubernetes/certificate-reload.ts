/** The polling interval in seconds; the kubelet takes up to a minute to update a mounted Secret. */
const POLL_INTERVAL_SECONDS = 30;

/**
 * A shell fragment that runs `command` when the kubelet updates one of the mounted Secrets, for servers that do not watch
 * their certificates. The kubelet replaces the `..data` link of a volume, so the targets of the links identify the version.
 * A failed command is retried at the next poll.
 */
export function certificateReloadScript(directories: readonly string[], command: string): string {
  const links = directories.map((directory) => `${directory}/..data`).join(" ");
  return [
    `certificates() { for link in ${links}; do readlink "$link"; done; }`,
    "watch_certificates() {",
    "  seen=$(certificates)",
    `  while sleep ${POLL_INTERVAL_SECONDS}; do`,
    "    now=$(certificates)",
    `    if [ "$now" != "$seen" ] && ${command}; then seen=$now; fi`,
    "  done",
    "}",
    "watch_certificates &",
  ].join("\n");
}
