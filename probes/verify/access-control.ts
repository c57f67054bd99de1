import { mintFailedVerdict, mintToken, missingTokenVerdict } from "../access-token.ts";
import { defineCheck, PASS, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { describeResponse, errorBody, parseBody, requireStatus, sceneBody, statusBody } from "../contract.ts";
import { sendUntilRateLimited } from "../rate-limit.ts";
import { Secret } from "../secret.ts";

/** An invalid token that identifies its purpose in logs. */
const INVALID_TOKEN = new Secret("spacetime-vr-probe-with-a-wrong-token-on-purpose");

/** Returns the first verdict that is not a pass. */
export function firstNonPassing(...verdicts: readonly Verdict[]): Verdict {
  return verdicts.find(({ outcome }) => outcome !== "pass") ?? PASS;
}

export const authentication = defineCheck({
  suite: "verify",
  name: "authentication",
  title: "Requests without a valid token get 401, and requests without the required role get 403.",
  findings: ["without-token", "wrong-token", "with-token", "player-refused"],
  async run(context) {
    const { http } = context;
    const missing = missingTokenVerdict(context);
    const [withoutToken, wrongToken] = await Promise.all([
      http("/performance", { auth: "none" }),
      http("/performance", { auth: INVALID_TOKEN }),
    ]);
    const enableAuth = "Set GODOT_JWT_ENABLED to true, and configure the server's keys.";
    const findings = {
      "without-token": requireStatus(withoutToken, 401, "A request without a token", enableAuth),
      "wrong-token": requireStatus(wrongToken, 401, "A request with an invalid token", enableAuth),
    };
    if (missing !== undefined)
      return { findings: { ...findings, "with-token": missing, "player-refused": missing } };
    const withToken = await http("/performance");
    const { token, reply } = await mintToken(context, "player");
    const remedy = "Check that the token belongs to this environment and was not rotated.";
    return {
      findings: {
        ...findings,
        "with-token": requireStatus(withToken, 200, "A request with the service token", remedy),
        "player-refused":
          token === undefined ? mintFailedVerdict(reply) : await evaluatePlayerToken(context, token),
      },
    };
  },
});

async function evaluatePlayerToken({ http, run }: CheckContext, token: Secret): Promise<Verdict> {
  const [operatorRoute, playerRoute] = await Promise.all([
    http(`/players/${run}-unknown`, { method: "DELETE", auth: token }),
    http("/performance", { auth: token }),
  ]);
  const remedy = "Set GODOT_RBAC_ENABLED to true: without it, every token has all permissions.";
  return firstNonPassing(
    requireStatus(operatorRoute, 403, "An operator route with a player's token", remedy),
    requireStatus(
      playerRoute,
      200,
      "A player route with a player's token",
      "Check that the token exchange works.",
    ),
  );
}

function loadScene(http: CheckContext["http"], scene = UNLISTED_SCENE) {
  return http("/scene", { method: "POST", body: { scene } });
}

/** A scene that is on no whitelist and in no build. */
const UNLISTED_SCENE = "res://tests/spacetime_vr_probe.tscn";

/** Variants of a listed path that an inexact comparison would accept. */
const bypassPaths = (main: string): readonly string[] => [
  main.replace("res://", "res://tests/../tests/"),
  `${main.replace(".tscn", "")}.tscn.tscn`,
  main.toUpperCase().replace("RES://", "res://").replace(".TSCN", ".tscn"),
];

export const sceneWhitelist = defineCheck({
  suite: "verify",
  name: "scene-whitelist",
  title: "Only scenes on the whitelist can be loaded; path variants are rejected.",
  findings: ["unlisted", "enforced"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { unlisted: missing, enforced: missing } };
    const { http } = context;
    const before = parseBody(await http("/scene"), sceneBody)?.scene ?? context.target.expected.mainScene;
    const unlisted = await loadScene(http);
    const variants = await Promise.all(bypassPaths(before).map((scene) => loadScene(http, scene)));
    // Loading the current scene again does not affect players.
    const listed = await loadScene(http, before);
    const after = parseBody(await http("/scene"), sceneBody)?.scene;
    const accepted = variants.find(({ status }) => status !== 403 && status !== 400);
    const remedy = "Set GODOT_SCENE_WHITELIST to the game's scenes only.";
    if (after !== before) await loadScene(http, before);
    return {
      findings: {
        unlisted: requireStatus(unlisted, 403, "Loading a scene that is not on the whitelist", remedy),
        enforced: firstNonPassing(
          requireStatus(listed, 200, "Loading the current scene again", "Check the role of the token."),
          passIf(accepted === undefined && after === before, {
            reason: "A path variant bypasses the scene whitelist.",
            expected: "400 or 403, and the scene unchanged",
            seen:
              accepted === undefined ? `the scene is now ${after ?? "unknown"}` : describeResponse(accepted),
            remedy: "Normalize the path, then compare it exactly with the whitelist.",
          }),
        ),
      },
    };
  },
});

export const sceneLoaded = defineCheck({
  suite: "verify",
  name: "scene-loaded",
  title: "The main VR scene is loaded.",
  findings: ["current", "loaded"],
  async run(context) {
    const { http, target } = context;
    const mainScene = target.expected.mainScene;
    const status = await http("/status");
    const body = parseBody(status, statusBody);
    const missing = missingTokenVerdict(context);
    const scene = missing === undefined ? await http("/scene") : undefined;
    const loaded = scene === undefined ? undefined : parseBody(scene, sceneBody);
    return {
      findings: {
        current: passIf(body?.scene === mainScene, {
          reason: "The main scene is not loaded.",
          expected: mainScene,
          seen: body?.scene ?? describeResponse(status),
          remedy: `Set GODOT_MAIN_SCENE to ${mainScene}, or load it: POST /scene as an operator.`,
        }),
        loaded:
          missing ??
          passIf(
            loaded?.scene === mainScene && Date.parse(loaded.loaded_at) <= Date.now() + MAX_CLOCK_SKEW_MS,
            {
              reason: "The main scene has not finished loading.",
              expected: `${mainScene} with its load time`,
              seen: scene === undefined ? "nothing" : describeResponse(scene),
              remedy: "Read the server's log: if a scene fails to load, the previous scene remains.",
            },
          ),
      },
      ...(body === undefined ? {} : { measured: { scene: body.scene } }),
    };
  },
});

/** Maximum clock difference between two machines. */
const MAX_CLOCK_SKEW_MS = 60_000;

export const rateLimiting = defineCheck({
  suite: "verify",
  name: "rate-limiting",
  title: "A client over the rate limit gets 429; other clients are still served.",
  findings: ["over-limit", "under-limit"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { "over-limit": missing, "under-limit": missing } };
    const burst = await sendUntilRateLimited(context, "verify-limit");
    const other = await context.http("/scene", { bucket: `${context.run}-calm` });
    const error = burst.rejected === undefined ? undefined : errorBody.safeParse(burst.rejected.json).data;
    return {
      findings: {
        "over-limit": passIf(error !== undefined, {
          reason: "No request over the rate limit was rejected.",
          expected: `429 within ${burst.sent} requests of one minute`,
          seen: burst.statusCounts,
          remedy: "Set GODOT_RATE_LIMIT_ENABLED to true.",
        }),
        "under-limit": passIf(other.status === 200 && burst.retryAfterSeconds > 0, {
          reason: "The 429 response has no Retry-After header, or clients below the limit are rejected too.",
          expected: "Retry-After in seconds on the 429, and 200 for another client",
          seen: `Retry-After ${burst.retryAfterSeconds}, other client ${other.status}`,
          remedy: "Count requests per client and minute, and send Retry-After (RFC 9110, section 10.2.3).",
        }),
      },
      measured: { requests: burst.sent, served: burst.served },
    };
  },
});
