import type { VariableCategory } from "./types.ts";
import { cidrList, host, ipv4Address } from "./value-types.ts";
import { boolean, defineDerived, defineSetting, integer, list, port } from "./variable-builders.ts";

/** The HTTP API on 8080 (seed documents 002 and 003: port, GODOT_ENABLE_HTTP_API). */
export const HTTP_API: VariableCategory = {
  title: "HTTP API",
  variables: [
    defineSetting({
      name: "GODOT_ENABLE_HTTP_API",
      type: boolean,
      default: true,
      description: "Starts the HTTP API. Without it, a release build serves nothing and every probe fails.",
    }),
    defineSetting({
      name: "GODOT_HTTP_PORT",
      type: port,
      default: 8080,
      otherReaders: ["gateway", "kubernetes"],
      description: "TCP port of the HTTP API.",
    }),
    defineSetting({
      name: "GODOT_BIND_ADDRESS",
      type: ipv4Address,
      default: "0.0.0.0",
      description:
        "Address that the HTTP API, telemetry and discovery listen on; 0.0.0.0 means every interface.",
    }),
    defineDerived({
      name: "GODOT_PUBLIC_HOST",
      type: host,
      from: "gateway.domain",
      derive: ({ stack }) => stack.gateway.domain,
      description: "Public domain of the deployment, used in links and to verify the Host header.",
    }),
    defineSetting({
      name: "GODOT_HTTP_MAX_BODY_BYTES",
      type: integer(1024, 104857600),
      default: 1048576,
      otherReaders: ["gateway"],
      description: "Maximum size of a request body; the gateway answers larger requests with 413.",
    }),
    defineSetting({
      name: "GODOT_HTTP_REQUEST_TIMEOUT_SECONDS",
      type: integer(1, 300),
      default: 30,
      description:
        "Timeout for receiving a complete request; then the server answers 408 and closes the connection.",
    }),
    defineSetting({
      name: "GODOT_HTTP_IDLE_TIMEOUT_SECONDS",
      type: integer(1, 900),
      default: 75,
      description: "Timeout of idle keep-alive connections; must be longer than the gateway's.",
    }),
    defineSetting({
      name: "GODOT_HTTP_MAX_CONNECTIONS",
      type: integer(1, 65535),
      default: 512,
      description: "Maximum number of open HTTP connections; further connections are answered with 503.",
    }),
    defineSetting({
      name: "GODOT_HTTP_CORS_ORIGINS",
      type: list(/^(\*|https?:\/\/[a-z0-9.-]+(:\d+)?)$/, "https://play.spacetime-vr.com", {
        allowEmpty: true,
      }),
      default: "",
      description: "Browser origins that may call the API; empty means none, * means any.",
    }),
    defineSetting({
      name: "GODOT_HTTP_TRUSTED_PROXIES",
      type: cidrList,
      default: "127.0.0.0/8,10.0.0.0/8,100.64.0.0/10,172.16.0.0/12,192.168.0.0/16",
      description:
        "Proxy networks whose X-Forwarded-For header is trusted, so that rate limits count players, not the gateway. For other clients, the address of the connection counts.",
    }),
  ],
};
