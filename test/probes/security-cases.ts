import {
  type ContextOverride,
  overrideJson,
  overrideResponse,
  overrideStatus,
  overrideTarget,
} from "./support/context-overrides.ts";

const hasClientToken = (request: { auth?: unknown }): boolean => typeof request.auth === "object";
const hasRawBody = (request: { rawBody?: unknown }): boolean => request.rawBody !== undefined;
const hasHeaders = (request: { headers?: unknown }): boolean => request.headers !== undefined;
const openPorts: ContextOverride = () => ({ port: async () => "open" });

/** In a local deployment with nginx. */
const behindGateway =
  (override: ContextOverride): ContextOverride =>
  (context) => {
    const { local } = context.target;
    const target = local === undefined ? {} : { local: { ...local, gateway: "nginx" as const } };
    return { ...override(context), ...overrideTarget(target)(context) };
  };

/** Faults of the security suite: check, finding, fault, override. */
export const SECURITY_CASES: readonly (readonly [string, string, string, ContextOverride])[] = [
  ...["unsigned", "confused-algorithm", "foreign-key", "modified", "expired", "wrong-issuer"].map(
    (finding) =>
      [
        "forged-tokens",
        finding,
        "the server accepts every token",
        overrideStatus(/^GET \/performance/, 200, hasClientToken),
      ] as const,
  ),
  ["role-escalation", "observer", "roles are not checked", overrideStatus(/\/drain/, 200, hasClientToken)],
  ["role-escalation", "player", "roles are not checked", overrideStatus(/POST \/scene/, 200, hasClientToken)],
  [
    "role-escalation",
    "issue-token",
    "a player can issue tokens",
    overrideStatus(/POST \/auth\/token/, 200, hasClientToken),
  ],
  [
    "path-traversal",
    "raw",
    "a file of the system is served",
    overrideResponse(/passwd/, () => ({ status: 200, text: "root:x:0:0:root:/root:/bin/sh" })),
  ],
  ["path-traversal", "encoded", "an encoded path stops the server", overrideStatus(/%2f/, 500)],
  ["hostile-bodies", "oversized", "any size is accepted", overrideStatus(/POST/, 200, hasRawBody)],
  ["hostile-bodies", "nested", "a nested body stops the parser", overrideStatus(/POST/, 500, hasRawBody)],
  ["hostile-bodies", "malformed", "any body is accepted", overrideStatus(/POST/, 200, hasRawBody)],
  ["hostile-bodies", "responsive", "the server no longer responds", overrideStatus(/\/health/, 503)],
  ["rate-limit-evasion", "limited", "nothing is limited", overrideStatus(/\/scene/, 200)],
  [
    "rate-limit-evasion",
    "spoofed",
    "any proxy is trusted",
    behindGateway(overrideStatus(/\/scene/, 200, hasHeaders)),
  ],
  ["scene-escape", "rejected", "any path is loaded", overrideStatus(/POST \/scene/, 200)],
  [
    "scene-escape",
    "unchanged",
    "the current scene is unknown",
    overrideJson(/GET \/scene/, { scene: undefined }),
  ],
  ["debug-ports", "debug", "the debug adapter is open", openPorts],
  [
    "debug-ports",
    "internal",
    "the database is open to the public",
    (context) => ({ ...openPorts(context), ...overrideTarget({ environment: "production" })(context) }),
  ],
];
