import { mustEqual, variableRule } from "../../lib/game-server.ts";

export const enableHttpApi = variableRule({
  name: "enable-http-api",
  items: ["pre.critical.env.http-api-enabled"],
  description: "The game server starts with its HTTP API switched on.",
  explanation: "A release build without it serves nothing, and every probe fails.",
  remediation: "Remove the override of GODOT_ENABLE_HTTP_API; its default is true.",
  variables: { GODOT_ENABLE_HTTP_API: mustEqual("true", "the API serves players and probes") },
});
