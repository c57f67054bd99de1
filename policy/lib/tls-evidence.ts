import type { PolicyContext } from "../context.ts";
import type { InputNode } from "../input-node.ts";
import { nginxListeners, parseSettings } from "./config-files.ts";
import { environmentVariable, GAME_SERVER } from "./game-server.ts";
import { type Container, mountedFiles, NAME_LABEL } from "./kubernetes.ts";

/**
 * Evidence that a server uses TLS on a port: settings and probes that would fail
 * without TLS.
 */
type Evidence = (context: PolicyContext, container: Container, port: InputNode) => boolean;

/** An HTTPS probe fails without TLS. */
function hasHttpsProbe(_context: PolicyContext, { node }: Container, port: InputNode): boolean {
  return ["readinessProbe", "livenessProbe", "startupProbe"].some((name) => {
    const get = node.at(name, "httpGet");
    if (get.at("scheme").text !== "HTTPS") return false;
    const asked = get.at("port");
    return asked.number === undefined
      ? asked.text !== undefined && asked.text === port.at("name").text
      : asked.number === port.at("containerPort").number;
  });
}

function isGameServerTlsPort(context: PolicyContext, container: Container, port: InputNode): boolean {
  if (container.pod.labels.at(NAME_LABEL).text !== GAME_SERVER) return false;
  if (environmentVariable(context, container, "GODOT_TLS_ENABLED").text !== "true") return false;
  const number = String(port.at("containerPort").number);
  return ["GODOT_HTTP_PORT", "GODOT_TELEMETRY_PORT"].some(
    (name) => environmentVariable(context, container, name).text === number,
  );
}

function isNginxTlsPort(context: PolicyContext, { pod }: Container, port: InputNode): boolean {
  const number = String(port.at("containerPort").number);
  return mountedFiles(context, pod, "nginx.conf").some((file) => {
    const listeners = nginxListeners(file.text ?? "").filter((listener) => listener.port === number);
    return listeners.length > 0 && listeners.every(({ ssl }) => ssl);
  });
}

function isRedisTlsPort(context: PolicyContext, { pod }: Container, port: InputNode): boolean {
  const number = String(port.at("containerPort").number);
  return mountedFiles(context, pod, "redis.conf").some((file) => {
    const settings = parseSettings(file.text ?? "");
    return settings.get("port") === "0" && settings.get("tls-port") === number;
  });
}

function hasPostgresTls(context: PolicyContext, { pod }: Container): boolean {
  return mountedFiles(context, pod, "postgresql.conf").some(
    (file) => parseSettings(file.text ?? "").get("ssl") === "on",
  );
}

/** pgBackRest's server speaks TLS only, and does not start without its certificate. */
function isPgBackRestTlsPort(context: PolicyContext, { pod }: Container, port: InputNode): boolean {
  const number = String(port.at("containerPort").number);
  return mountedFiles(context, pod, "pgbackrest.conf").some((file) => {
    const text = file.text ?? "";
    return (
      new RegExp(`^tls-server-port=${number}$`, "m").test(text) && /^tls-server-cert-file=\S/m.test(text)
    );
  });
}

/** The value of a container argument `--name=value`. */
function flagValue({ node }: Container, name: string): string | undefined {
  const found = node.at("args").items.find(({ text }) => text?.startsWith(`--${name}=`));
  return found?.text?.slice(name.length + 3);
}

/** Whether a web config file of a Prometheus project enables TLS. */
function enablesTls(context: PolicyContext, { pod }: Container, path: string): boolean {
  const file = path.slice(path.lastIndexOf("/") + 1);
  return mountedFiles(context, pod, file).some(({ text }) => /^tls_server_config:$/m.test(text ?? ""));
}

/**
 * A Prometheus project does not start if its web config file is missing or the certificate cannot be read. Each listener has
 * a flag for its address and one for its TLS config.
 */
function isPrometheusTlsPort(context: PolicyContext, container: Container, port: InputNode): boolean {
  const listeners = [
    ["web.listen-address", "web.config.file"],
    ["cluster.listen-address", "cluster.tls-config"],
  ] as const;
  return listeners.some(([listen, config]) => {
    const path = flagValue(container, config);
    const number = flagValue(container, listen)?.split(":").at(-1);
    if (path === undefined || number !== String(port.at("containerPort").number)) return false;
    return enablesTls(context, container, path);
  });
}

const EVIDENCE: readonly Evidence[] = [
  hasHttpsProbe,
  isGameServerTlsPort,
  isNginxTlsPort,
  isRedisTlsPort,
  hasPostgresTls,
  isPgBackRestTlsPort,
  isPrometheusTlsPort,
];

/** Whether there is evidence that a container uses TLS on a port. */
export function servesTls(context: PolicyContext, container: Container, port: InputNode): boolean {
  return EVIDENCE.some((shows) => shows(context, container, port));
}
