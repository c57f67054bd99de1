/** The variables for the server's ports; all ports are in one pod and must differ, whatever their protocol. */
export const SERVER_PORT_VARIABLES = [
  "GODOT_HTTP_PORT",
  "GODOT_TELEMETRY_PORT",
  "GODOT_DISCOVERY_PORT",
  "GODOT_DAP_PORT",
  "GODOT_LSP_PORT",
] as const;

/** Two variables with the same port; `conflictsWith` is the earlier one in the list. */
interface PortConflict {
  readonly name: string;
  readonly port: string;
  readonly conflictsWith: string;
}

/** Finds ports that more than one variable uses. A variable without a valid value is skipped. */
export function findPortConflicts(read: (name: string) => string | undefined): readonly PortConflict[] {
  const owners = new Map<string, string>();
  const conflicts: PortConflict[] = [];
  for (const name of SERVER_PORT_VARIABLES) {
    const port = read(name);
    if (port === undefined) continue;
    const owner = owners.get(port);
    if (owner === undefined) owners.set(port, name);
    else conflicts.push({ name, port, conflictsWith: owner });
  }
  return conflicts;
}
