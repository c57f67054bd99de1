import { join, resolve } from "node:path";
import { localPaths } from "./paths.ts";

export interface UnitOptions {
  readonly project: string;
  /** The directory of this product. */
  readonly root: string;
  /** The Node that runs it. */
  readonly node: string;
  /** For a user's own systemd, which cannot change users or namespaces of the machine. */
  readonly user: boolean;
  readonly build: string | undefined;
}

/** A drain, and the stores' shutdown after it. */
const STOP_TIMEOUT_SECONDS = 90;

/** The account that the machine's unit runs as; the operator makes it: `useradd --system spacetime-vr`. */
const SERVICE_ACCOUNT = "spacetime-vr";

/**
 * What both kinds of unit withhold from the processes. Node compiles code while it runs, so memory that is writable and
 * executable must stay allowed.
 */
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

/** What only the machine's systemd can withhold. */
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

/** A systemd unit that runs `local up` in the foreground: systemd restarts the supervisor, the supervisor its processes. */
export function renderSystemdUnit({ project, root, node, user, build }: UnitOptions): string {
  const { state } = localPaths(resolve(project));
  const command = [
    node,
    join(root, "cli", "main.ts"),
    "local",
    "up",
    ...(build === undefined ? [] : ["--build", resolve(build)]),
  ];
  return [
    "# Made by: spacetime-vr local unit",
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
    "# The supervisor hands sessions over and ends its processes in order; systemd ends what would be left.",
    "KillMode=mixed",
    "KillSignal=SIGTERM",
    `TimeoutStopSec=${STOP_TIMEOUT_SECONDS}`,
    "Restart=on-failure",
    "RestartSec=5",
    "",
    ...HARDENING,
    ...(user ? [] : [...SYSTEM_HARDENING, `ReadWritePaths=${quoteArgument(state)}`]),
    "",
    "[Install]",
    `WantedBy=${user ? "default.target" : "multi-user.target"}`,
    "",
  ].join("\n");
}

/** systemd reads `%` and `$` in commands, and splits at spaces. */
function quoteArgument(text: string): string {
  const escaped = text.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /[\s"'\\]/.test(escaped) ? `"${escaped.replaceAll(/["\\]/g, "\\$&")}"` : escaped;
}
