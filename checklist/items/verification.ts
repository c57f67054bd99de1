import { defineSeedSection } from "../define-section.ts";

const common = {
  document: "003",
  phase: "post-deployment",
  timing: "half-hour-after",
  priority: "critical",
  owner: "deployment-engineer",
} as const;

const pods = defineSeedSection(
  {
    ...common,
    id: "post.verification.pods",
    docs: "docs/verification.md#the-ten-checks",
    line: 188,
    title: "Check 1: running instances",
  },
  [
    {
      id: "post.verification.pods.running",
      line: 189,
      title: "Every pod or process is running.",
      remediation: "Read the events and the log of the instance.",
      docs: "docs/runbooks/kubernetes.md#podnotrunning",
      method: "live",
      check: { probe: "verify/instances-running", finding: "running", target: "environment" },
    },
    {
      id: "post.verification.pods.no-restarts",
      line: 190,
      title: "No pod or process has restarted since the deployment.",
      remediation: "Read the log of the previous container.",
      docs: "docs/runbooks/game-server.md#gameserverrestarting",
      method: "live",
      check: { probe: "verify/instances-running", finding: "no-restarts", target: "environment" },
    },
  ],
);

const apiHealth = defineSeedSection(
  {
    ...common,
    id: "post.verification.api-health",
    docs: "docs/verification.md#the-ten-checks",
    line: 192,
    title: "Check 2: API health",
  },
  [
    {
      id: "post.verification.api-health.answers",
      line: 193,
      title: "The health endpoint returns 200.",
      remediation: "Read the log of the game server, and roll back if players are affected.",
      docs: "docs/runbooks/game-server.md#gameserverdown",
      method: "live",
      check: { probe: "verify/api-health", finding: "status-200", target: "environment" },
    },
    {
      id: "post.verification.api-health.body",
      line: 194,
      title: "The health endpoint returns status ok, as the contract specifies.",
      remediation:
        "Compare the response with reference-server/openapi.yaml; another service may respond at this address.",
      docs: "docs/reference-server.md#the-contract",
      method: "live",
      check: { probe: "verify/api-health", finding: "body", target: "environment" },
    },
  ],
);

const apiStatus = defineSeedSection(
  {
    ...common,
    id: "post.verification.api-status",
    docs: "docs/verification.md#the-ten-checks",
    line: 196,
    title: "Check 3: API status",
  },
  [
    {
      id: "post.verification.api-status.healthy",
      line: 197,
      title: "The status endpoint reports a healthy server.",
      remediation: "Read the fields of /status that are not healthy, and the log of the server.",
      docs: "docs/runbooks/game-server.md#gameservernotready",
      method: "live",
      check: { probe: "verify/api-status", finding: "healthy", target: "environment" },
    },
    {
      id: "post.verification.api-status.environment",
      line: 198,
      title: "The server reports the environment that was deployed.",
      remediation: "Deploy the stack of this environment; the address may belong to another one.",
      docs: "docs/runbooks/security.md#gameserverwrongenvironment",
      method: "live",
      check: { probe: "verify/api-status", finding: "environment", target: "environment" },
    },
    {
      id: "post.verification.api-status.http-api",
      line: 199,
      title: "The server reports its HTTP API as active.",
      remediation: "Set GODOT_ENABLE_HTTP_API to true.",
      docs: "docs/reference-server.md#the-contract",
      method: "live",
      check: { probe: "verify/api-status", finding: "http-api-active", target: "environment" },
    },
  ],
);

const telemetry = defineSeedSection(
  {
    ...common,
    id: "post.verification.telemetry",
    docs: "docs/verification.md#the-ten-checks",
    line: 201,
    title: "Check 4: telemetry WebSocket",
  },
  [
    {
      id: "post.verification.telemetry.listening",
      line: 202,
      title: "The telemetry port accepts connections.",
      remediation: "Check that the server listens on 8081 and that the gateway routes /telemetry to it.",
      docs: "docs/runbooks/gateway.md#telemetryendpointdown",
      method: "live",
      check: { probe: "verify/telemetry-websocket", finding: "listening", target: "environment" },
    },
    {
      id: "post.verification.telemetry.connected",
      line: 203,
      title: "A client completes the WebSocket handshake and receives telemetry.",
      remediation: "Read the close code of the connection; 1008 means a rejected token.",
      docs: "docs/runbooks/gateway.md#telemetryendpointdown",
      method: "live",
      check: { probe: "verify/telemetry-websocket", finding: "connected", target: "environment" },
    },
  ],
);

const scene = defineSeedSection(
  {
    ...common,
    id: "post.verification.scene",
    docs: "docs/verification.md#the-ten-checks",
    line: 205,
    title: "Check 5: scene",
  },
  [
    {
      id: "post.verification.scene.current",
      line: 206,
      title: "The current scene is the main VR scene.",
      remediation: "Load res://vr_main.tscn, or deploy the release whose main scene it is.",
      docs: "docs/runbooks/security.md#gameserverwrongscene",
      method: "live",
      check: { probe: "verify/scene-loaded", finding: "current", target: "environment" },
    },
    {
      id: "post.verification.scene.loaded",
      line: 207,
      title: "The main VR scene is completely loaded.",
      remediation: "Read the log of the server for the resource that did not load.",
      docs: "docs/runbooks/game-server.md#gameserversceneloadstimeout",
      method: "live",
      check: { probe: "verify/scene-loaded", finding: "loaded", target: "environment" },
    },
  ],
);

const authentication = defineSeedSection(
  {
    ...common,
    id: "post.verification.authentication",
    docs: "docs/verification.md#the-ten-checks",
    line: 209,
    title: "Check 6: authentication",
  },
  [
    {
      id: "post.verification.authentication.refused",
      line: 210,
      title: "A request without a token is rejected with 401.",
      remediation: "Remove the override that disables JWT authentication, and roll back until then.",
      docs: "docs/runbooks/security.md#authenticationfailureshigh",
      method: "live",
      check: { probe: "verify/authentication", finding: "without-token", target: "environment" },
    },
    {
      id: "post.verification.authentication.admitted",
      line: 211,
      title: "A request with a valid token succeeds.",
      remediation: "Check that the token was signed with the deployed key, and that the clocks agree.",
      docs: "docs/verification.md#tokens",
      method: "live",
      check: { probe: "verify/authentication", finding: "with-token", target: "environment" },
    },
  ],
);

const rateLimiting = defineSeedSection(
  {
    ...common,
    id: "post.verification.rate-limiting",
    docs: "docs/verification.md#the-ten-checks",
    line: 213,
    title: "Check 7: rate limiting",
  },
  [
    {
      id: "post.verification.rate-limiting.refused",
      line: 214,
      title: "A client over its limit is rejected with 429.",
      remediation: "Enable the rate limits, and check that the servers reach Redis.",
      docs: "docs/runbooks/security.md#ratelimitviolationshigh",
      method: "live",
      check: { probe: "verify/rate-limiting", finding: "over-limit", target: "environment" },
    },
    {
      id: "post.verification.rate-limiting.fair",
      line: 215,
      title: "The 429 response has Retry-After, and a client under its limit is still served.",
      remediation: "Check that the gateway passes the client's address, by which limits are counted.",
      docs: "docs/runbooks/security.md#ratelimitsnotshared",
      method: "live",
      check: { probe: "verify/rate-limiting", finding: "under-limit", target: "environment" },
    },
  ],
);

const whitelist = defineSeedSection(
  {
    ...common,
    id: "post.verification.whitelist",
    docs: "docs/verification.md#the-ten-checks",
    line: 217,
    title: "Check 8: scene whitelist",
  },
  [
    {
      id: "post.verification.whitelist.refused",
      line: 218,
      title: "Loading a test scene is rejected with 403.",
      remediation: "Correct GODOT_SCENE_WHITELIST, and roll back until then.",
      docs: "docs/runbooks/security.md#forbiddenscenesrequested",
      method: "live",
      check: { probe: "verify/scene-whitelist", finding: "unlisted", target: "environment" },
    },
    {
      id: "post.verification.whitelist.enforced",
      line: 219,
      title: "A whitelisted scene is accepted; an encoded path to another scene is rejected.",
      remediation: "Decode and normalize the scene path before it is compared with the whitelist.",
      docs: "docs/runbooks/security.md#forbiddenscenesrequested",
      method: "live",
      check: { probe: "verify/scene-whitelist", finding: "enforced", target: "environment" },
    },
  ],
);

const performance = defineSeedSection(
  {
    ...common,
    id: "post.verification.performance",
    docs: "docs/verification.md#the-ten-checks",
    line: 221,
    title: "Check 9: performance metrics",
  },
  [
    {
      id: "post.verification.performance.answers",
      line: 222,
      title: "The performance endpoint returns data.",
      remediation: "Read the log of the server; the performance monitor is an autoload of the build.",
      docs: "docs/reference-server.md#the-contract",
      method: "live",
      check: { probe: "verify/performance-metrics", finding: "answers", target: "environment" },
    },
    {
      id: "post.verification.performance.complete",
      line: 223,
      title: "Every performance metric of the contract has a value.",
      remediation:
        "Compare the response with reference-server/openapi.yaml, and add the missing metric to the build.",
      docs: "docs/reference-server.md#the-contract",
      method: "live",
      check: { probe: "verify/performance-metrics", finding: "complete", target: "environment" },
    },
  ],
);

const automated = defineSeedSection(
  {
    ...common,
    id: "post.verification.automated",
    docs: "docs/verification.md#the-ten-checks",
    line: 225,
    title: "Check 10: automated validation",
  },
  [
    {
      id: "post.verification.automated.passes",
      line: 226,
      title: "The settings in effect pass the automated validation.",
      remediation: "Correct the settings that `npm run verify -- <environment>` names, and roll them out.",
      method: "live",
      check: { probe: "verify/automated-validation", finding: "exit-status", target: "environment" },
    },
    {
      id: "post.verification.automated.complete",
      line: 227,
      title: "The automated validation covers every section of the settings.",
      remediation:
        "Use the service token, whose role lets `/status` report the settings, and run the verification again.",
      method: "live",
      check: { probe: "verify/automated-validation", finding: "complete", target: "environment" },
    },
  ],
);

const outcome = defineSeedSection(
  {
    ...common,
    id: "post.summary.outcome",
    docs: "docs/verification.md#the-ten-checks",
    line: 237,
    title: "Status",
  },
  [
    {
      id: "post.summary.outcome.status",
      line: 238,
      title: "The deployment is successful: all ten checks passed (eight or nine would be partial).",
      remediation:
        "Roll back if fewer than eight checks pass; otherwise fix the failed checks and verify again.",
      method: "live",
      check: { probe: "verify/*", target: "environment" },
      choices: ["successful", "partial", "failed"],
      records: "the number of the ten checks that passed",
    },
  ],
);

const rollback = defineSeedSection(
  {
    ...common,
    id: "post.summary.rollback",
    docs: "docs/verification.md#the-ten-checks",
    line: 247,
    title: "Rollback performed",
    priority: "high",
  },
  [
    {
      id: "post.summary.rollback.recorded",
      line: 248,
      title: "The history records whether the deployment was rolled back, and why.",
      remediation: "Roll back with `npm run rollback`, which records the reason.",
      docs: "docs/rollback.md#after-a-rollback",
      method: "live",
      check: { probe: "history/rollback-recorded", target: "environment" },
      choices: ["yes", "no"],
      records: "the reason for the rollback",
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): the ten checks half an hour after a deployment, and their summary. */
export const verification = [
  pods,
  apiHealth,
  apiStatus,
  telemetry,
  scene,
  authentication,
  rateLimiting,
  whitelist,
  performance,
  automated,
  outcome,
  rollback,
];
