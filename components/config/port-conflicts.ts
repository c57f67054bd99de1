/** The server's own ports by variable; all of them stand in one pod, whatever their protocol. */
export const SERVER_PORT_VARIABLES = [
  "GODOT_HTTP_PORT",
  "GODOT_TELEMETRY_PORT",
  "GODOT_DISCOVERY_PORT",
  "GODOT_DAP_PORT",
  "GODOT_LSP_PORT",
] as const;

/** Two variables with one port; `other` is the one that had it first. */
export interface PortConflict {
  readonly name: string;
  readonly port: string;
  readonly conflictsWith: string;
}

/** The ports that more than one variable claims. A variable without a usable value claims none. */
export function findPortConflicts(read: (name: string) => string | undefined): readonly PortConflict[] {
  const owners = new Map<string, string>();
  const shared: PortConflict[] = [];
  for (const name of SERVER_PORT_VARIABLES) {
    const port = read(name);
    if (port === undefined) continue;
    const other = owners.get(port);
    if (other === undefined) owners.set(port, name);
    else shared.push({ name, port, conflictsWith: other });
  }
  return shared;
}
