/** Seconds between two looks at a mounted certificate; the kubelet itself takes up to a minute to write a new one. */
const POLL_INTERVAL_SECONDS = 30;

/**
 * A shell fragment that runs `command` whenever the kubelet replaces one of the mounted Secrets, for servers that read their
 * certificates only when told to. The kubelet swaps the `..data` link of a volume, so the links' targets are the version. A
 * command that fails is tried again at the next look.
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
