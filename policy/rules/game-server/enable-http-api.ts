import { mustEqual, variableRule } from "../../lib/game-server.ts";

export const enableHttpApi = variableRule({
  name: "enable-http-api",
  items: ["pre.critical.env.http-api-enabled"],
  description: "The game server enables its HTTP API.",
  explanation: "A release build without the HTTP API serves no requests, and all probes fail.",
  remediation: "Remove the override of GODOT_ENABLE_HTTP_API; the default is true.",
  variables: { GODOT_ENABLE_HTTP_API: mustEqual("true", "players and probes use the API") },
});
