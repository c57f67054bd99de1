import { join, resolve } from "node:path";

export interface UnitOptions {
  readonly project: string;
  /** The directory of the product's code. */
  readonly root: string;
  /** Path of the Node executable. */
  readonly node: string;
  /** For a user's systemd instance, which cannot change users or the machine's namespaces. */
  readonly user: boolean;
  readonly build: string | undefined;
}

/** A drain, and then the shutdown of the data services. */
const STOP_TIMEOUT_SECONDS = 90;

/** The account of the system unit; the operator creates it with `useradd --system spacetime-vr`. */
const SERVICE_ACCOUNT = "spacetime-vr";

/** Restrictions of both kinds of unit. Node compiles code at run time, so MemoryDenyWriteExecute cannot be set. */
const HARDENING = [
  "NoNewPrivileges=yes",
  "LockPersonality=yes",
  "RestrictRealtime=yes",
  "RestrictSUIDSGID=yes",
  "RestrictNamespaces=yes",
  "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
  "SystemCallArchitectures=native",
  "SystemCallFilter=@system-service",
  "SystemCallErrorNumber=EPERM",
  "UMask=0077",
];

/** Restrictions that only the system instance supports. */
const SYSTEM_HARDENING = [
  "CapabilityBoundingSet=",
  "AmbientCapabilities=",
  "PrivateDevices=yes",
  "PrivateTmp=yes",
  "ProtectClock=yes",
  "ProtectControlGroups=yes",
  "ProtectHome=read-only",
  "ProtectHostname=yes",
  "ProtectKernelLogs=yes",
  "ProtectKernelModules=yes",
  "ProtectKernelTunables=yes",
  "ProtectProc=invisible",
  "ProtectSystem=strict",
  "RemoveIPC=yes",
];

/**
 * Renders a systemd unit that runs `local up` in the foreground: systemd restarts the supervisor, and the supervisor
 * its processes.
 */
export function renderSystemdUnit({ project, root, node, user, build }: UnitOptions): string {
  const command = [
    node,
    join(root, "cli", "main.ts"),
    "local",
    "up",
    ...(build === undefined ? [] : ["--build", resolve(build)]),
  ];
  return [
    "# Created by: spacetime-vr local unit",
    "[Unit]",
    "Description=SpaceTime VR",
    "After=network-online.target",
    "Wants=network-online.target",
    "StartLimitIntervalSec=300",
    "StartLimitBurst=5",
    "",
    "[Service]",
    "Type=exec",
    ...(user ? [] : [`User=${SERVICE_ACCOUNT}`, `Group=${SERVICE_ACCOUNT}`]),
    `WorkingDirectory=${resolve(project)}`,
    `ExecStart=${command.map(quoteArgument).join(" ")}`,
    "# The supervisor moves sessions and stops its processes in order; systemd kills the remaining ones.",
    "KillMode=mixed",
    "KillSignal=SIGTERM",
    `TimeoutStopSec=${STOP_TIMEOUT_SECONDS}`,
    "Restart=on-failure",
    "RestartSec=5",
    "",
    ...HARDENING,
    ...(user ? [] : [...SYSTEM_HARDENING, `ReadWritePaths=${quoteArgument(resolve(project))}`]),
    "",
    "[Install]",
    `WantedBy=${user ? "default.target" : "multi-user.target"}`,
    "",
  ].join("\n");
}

/** Escapes `%` and `$`, which systemd interprets in commands, and quotes spaces. */
function quoteArgument(text: string): string {
  const escaped = text.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /[\s"'\\]/.test(escaped) ? `"${escaped.replaceAll(/["\\]/g, "\\$&")}"` : escaped;
}
