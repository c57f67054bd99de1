/** The server's own ports by variable; all of them stand in one pod, whatever their protocol. */
export const SERVER_PORTS = [
  "GODOT_HTTP_PORT",
  "GODOT_TELEMETRY_PORT",
  "GODOT_DISCOVERY_PORT",
  "GODOT_DAP_PORT",
  "GODOT_LSP_PORT",
] as const;

/** Two variables with one port; `other` is the one that had it first. */
export interface SharedPort {
  readonly name: string;
  readonly port: string;
  readonly other: string;
}

/** The ports that more than one variable claims. A variable without a usable value claims none. */
export function sharedPorts(read: (name: string) => string | undefined): readonly SharedPort[] {
  const owners = new Map<string, string>();
  const shared: SharedPort[] = [];
  for (const name of SERVER_PORTS) {
    const port = read(name);
    if (port === undefined) continue;
    const other = owners.get(port);
    if (other === undefined) owners.set(port, name);
    else shared.push({ name, port, other });
  }
  return shared;
}
