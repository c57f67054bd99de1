import { mintFailedVerdict, mintToken, missingTokenVerdict } from "../access-token.ts";
import { defineCheck, PASS, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { describeResponse, errorBody, parseBody, requireStatus, sceneBody, statusBody } from "../contract.ts";
import { sendUntilRateLimited } from "../rate-limit.ts";
import { Secret } from "../secret.ts";

/** Looks like a token, is none, and tells whoever finds it in a log what it was. */
const INVALID_TOKEN = new Secret("spacetime-vr-probe-with-a-wrong-token-on-purpose");

/** The first of several verdicts that is not a pass. */
export function firstNonPassing(...verdicts: readonly Verdict[]): Verdict {
  return verdicts.find(({ outcome }) => outcome !== "pass") ?? PASS;
}

/** Nobody, somebody with a wrong token, a player where an operator is needed, and the service itself. */
export const authentication = defineCheck({
  suite: "verify",
  name: "authentication",
  title: "Requests without a valid token are refused, and only the right role is let in.",
  findings: ["without-token", "wrong-token", "with-token", "player-refused"],
  async run(context) {
    const { http } = context;
    const missing = missingTokenVerdict(context);
    const [nobody, wrong] = await Promise.all([
      http("/performance", { as: "none" }),
      http("/performance", { as: INVALID_TOKEN }),
    ]);
    const open = "Set GODOT_JWT_ENABLED to true and give the server its keys.";
    const findings = {
      "without-token": requireStatus(nobody, 401, "A request without a token", open),
      "wrong-token": requireStatus(wrong, 401, "A request with a wrong token", open),
    };
    if (missing !== undefined)
      return { findings: { ...findings, "with-token": missing, "player-refused": missing } };
    const right = await http("/performance");
    const { token, reply } = await mintToken(context, "player");
    const remedy = "See that the token is this environment's: it was rotated, or belongs to another one.";
    return {
      findings: {
        ...findings,
        "with-token": requireStatus(right, 200, "A request with the service token", remedy),
        "player-refused":
          token === undefined ? mintFailedVerdict(reply) : await evaluatePlayerToken(context, token),
      },
    };
  },
});

async function evaluatePlayerToken({ http, run }: CheckContext, token: Secret): Promise<Verdict> {
  const [operators, own] = await Promise.all([
    http(`/players/${run}-nobody`, { method: "DELETE", as: token }),
    http("/performance", { as: token }),
  ]);
  const remedy = "Set GODOT_RBAC_ENABLED to true: without it every token may do everything.";
  return firstNonPassing(
    requireStatus(operators, 403, "A player's token where an operator's is needed", remedy),
    requireStatus(own, 200, "A player's token on a player's route", "See that the token exchange works."),
  );
}

function loadScene(http: CheckContext["http"], scene = UNLISTED_SCENE) {
  return http("/scene", { method: "POST", body: { scene } });
}

/** No whitelist holds it, and no build has it. */
const UNLISTED_SCENE = "res://tests/spacetime_vr_probe.tscn";

/** Ways to write a scene so that a careless comparison takes it for a listed one. */
const bypassPaths = (main: string): readonly string[] => [
  main.replace("res://", "res://tests/../tests/"),
  `${main.replace(".tscn", "")}.tscn.tscn`,
  main.toUpperCase().replace("RES://", "res://").replace(".TSCN", ".tscn"),
];

export const sceneWhitelist = defineCheck({
  suite: "verify",
  name: "scene-whitelist",
  title: "Scenes outside the whitelist are refused, disguised ones too, and a listed one is admitted.",
  findings: ["unlisted", "enforced"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { unlisted: missing, enforced: missing } };
    const { http } = context;
    const before = parseBody(await http("/scene"), sceneBody)?.scene ?? context.target.expected.mainScene;
    const refused = await loadScene(http);
    const disguised = await Promise.all(bypassPaths(before).map((scene) => loadScene(http, scene)));
    // The scene that is loaded already: admitted, and nothing changes for the players in it.
    const listed = await loadScene(http, before);
    const after = parseBody(await http("/scene"), sceneBody)?.scene;
    const admitted = disguised.find(({ status }) => status !== 403 && status !== 400);
    const remedy = "Set GODOT_SCENE_WHITELIST to the scenes of the game and nothing else.";
    if (after !== before) await loadScene(http, before);
    return {
      findings: {
        unlisted: requireStatus(refused, 403, "Loading a scene that is not on the whitelist", remedy),
        enforced: firstNonPassing(
          requireStatus(
            listed,
            200,
            "Loading the scene that is loaded already",
            "See the role of the token.",
          ),
          passIf(admitted === undefined && after === before, {
            reason: "A disguised path gets past the whitelist.",
            expected: "400 or 403, and the scene unchanged",
            seen:
              admitted === undefined ? `the scene is now ${after ?? "unknown"}` : describeResponse(admitted),
            remedy: "Compare the normalised path, letter by letter, with the whitelist.",
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
    const wanted = target.expected.mainScene;
    const status = await http("/status");
    const body = parseBody(status, statusBody);
    const missing = missingTokenVerdict(context);
    const scene = missing === undefined ? await http("/scene") : undefined;
    const loaded = scene === undefined ? undefined : parseBody(scene, sceneBody);
    return {
      findings: {
        current: passIf(body?.scene === wanted, {
          reason: "Another scene is loaded.",
          expected: wanted,
          seen: body?.scene ?? describeResponse(status),
          remedy: `Set GODOT_MAIN_SCENE to ${wanted}, or load it: POST /scene as an operator.`,
        }),
        loaded:
          missing ??
          passIf(loaded?.scene === wanted && Date.parse(loaded.loaded_at) <= Date.now() + MAX_CLOCK_SKEW_MS, {
            reason: "The main scene has not finished loading.",
            expected: `${wanted} with the time at which it was loaded`,
            seen: scene === undefined ? "nothing" : describeResponse(scene),
            remedy: "Read the server's log: a scene that fails to load leaves the one before in place.",
          }),
      },
      ...(body === undefined ? {} : { measured: { scene: body.scene } }),
    };
  },
});

/** How far two machines' clocks may be apart. */
const MAX_CLOCK_SKEW_MS = 60_000;

export const rateLimiting = defineCheck({
  suite: "verify",
  name: "rate-limiting",
  title: "A client over its limit is refused with 429, and others are served meanwhile.",
  findings: ["over-limit", "under-limit"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { "over-limit": missing, "under-limit": missing } };
    const flood = await sendUntilRateLimited(context, "verify-limit");
    const other = await context.http("/scene", { bucket: `${context.run}-calm` });
    const said = flood.refused === undefined ? undefined : errorBody.safeParse(flood.refused.json).data;
    return {
      findings: {
        "over-limit": passIf(said !== undefined, {
          reason: "No request was refused, however many were sent.",
          expected: `429 within ${flood.sent} requests of one minute`,
          seen: flood.seen,
          remedy: "Set GODOT_RATE_LIMIT_ENABLED to true.",
        }),
        "under-limit": passIf(other.status === 200 && flood.retryAfter > 0, {
          reason: "The refusal does not say when to try again, or hits those under their limit, too.",
          expected: "Retry-After in seconds on the 429, and 200 for another client",
          seen: `Retry-After ${flood.retryAfter}, other client ${other.status}`,
          remedy: "Count per client and minute, and answer with Retry-After (RFC 9110, 10.2.3).",
        }),
      },
      measured: { requests: flood.sent, served: flood.served },
    };
  },
});
