import { check, demand, PASS, type Verdict } from "../check.ts";
import type { Context } from "../context.ts";
import { bodyOf, demandStatus, errorBody, sceneBody, shown, statusBody } from "../contract.ts";
import { mint, notMinted, withoutToken } from "../needs.ts";
import { floodOf } from "../rate-limit.ts";
import { Secret } from "../secret.ts";

/** Looks like a token, is none, and tells whoever finds it in a log what it was. */
const WRONG_TOKEN = new Secret("spacetime-vr-probe-with-a-wrong-token-on-purpose");

/** The first of several verdicts that is not a pass. */
export function allOf(...verdicts: readonly Verdict[]): Verdict {
  return verdicts.find(({ outcome }) => outcome !== "pass") ?? PASS;
}

/** Nobody, somebody with a wrong token, a player where an operator is needed, and the service itself. */
export const authentication = check({
  suite: "verify",
  name: "authentication",
  title: "Requests without a valid token are refused, and only the right role is let in.",
  findings: ["without-token", "wrong-token", "with-token", "player-refused"],
  async run(context) {
    const { http } = context;
    const missing = withoutToken(context);
    const [nobody, wrong] = await Promise.all([
      http("/performance", { as: "none" }),
      http("/performance", { as: WRONG_TOKEN }),
    ]);
    const open = "Set GODOT_JWT_ENABLED to true and give the server its keys.";
    const findings = {
      "without-token": demandStatus(nobody, 401, "A request without a token", open),
      "wrong-token": demandStatus(wrong, 401, "A request with a wrong token", open),
    };
    if (missing !== undefined)
      return { findings: { ...findings, "with-token": missing, "player-refused": missing } };
    const right = await http("/performance");
    const { token, reply } = await mint(context, "player");
    const remedy = "See that the token is this environment's: it was rotated, or belongs to another one.";
    return {
      findings: {
        ...findings,
        "with-token": demandStatus(right, 200, "A request with the service token", remedy),
        "player-refused": token === undefined ? notMinted(reply) : await asPlayer(context, token),
      },
    };
  },
});

async function asPlayer({ http, run }: Context, token: Secret): Promise<Verdict> {
  const [operators, own] = await Promise.all([
    http(`/players/${run}-nobody`, { method: "DELETE", as: token }),
    http("/performance", { as: token }),
  ]);
  const remedy = "Set GODOT_RBAC_ENABLED to true: without it every token may do everything.";
  return allOf(
    demandStatus(operators, 403, "A player's token where an operator's is needed", remedy),
    demandStatus(own, 200, "A player's token on a player's route", "See that the token exchange works."),
  );
}

function loadScene(http: Context["http"], scene = UNLISTED_SCENE) {
  return http("/scene", { method: "POST", body: { scene } });
}

/** No whitelist holds it, and no build has it. */
const UNLISTED_SCENE = "res://tests/spacetime_vr_probe.tscn";

/** Ways to write a scene so that a careless comparison takes it for a listed one. */
const DISGUISES = (main: string): readonly string[] => [
  main.replace("res://", "res://tests/../tests/"),
  `${main.replace(".tscn", "")}.tscn.tscn`,
  main.toUpperCase().replace("RES://", "res://").replace(".TSCN", ".tscn"),
];

export const sceneWhitelist = check({
  suite: "verify",
  name: "scene-whitelist",
  title: "Scenes outside the whitelist are refused, disguised ones too, and a listed one is admitted.",
  findings: ["unlisted", "enforced"],
  async run(context) {
    const missing = withoutToken(context);
    if (missing !== undefined) return { findings: { unlisted: missing, enforced: missing } };
    const { http } = context;
    const before = bodyOf(await http("/scene"), sceneBody)?.scene ?? context.target.expected.mainScene;
    const refused = await loadScene(http);
    const disguised = await Promise.all(DISGUISES(before).map((scene) => loadScene(http, scene)));
    // The scene that is loaded already: admitted, and nothing changes for the players in it.
    const listed = await loadScene(http, before);
    const after = bodyOf(await http("/scene"), sceneBody)?.scene;
    const admitted = disguised.find(({ status }) => status !== 403 && status !== 400);
    const remedy = "Set GODOT_SCENE_WHITELIST to the scenes of the game and nothing else.";
    if (after !== before) await loadScene(http, before);
    return {
      findings: {
        unlisted: demandStatus(refused, 403, "Loading a scene that is not on the whitelist", remedy),
        enforced: allOf(
          demandStatus(listed, 200, "Loading the scene that is loaded already", "See the role of the token."),
          demand(admitted === undefined && after === before, {
            reason: "A disguised path gets past the whitelist.",
            expected: "400 or 403, and the scene unchanged",
            seen: admitted === undefined ? `the scene is now ${after ?? "unknown"}` : shown(admitted),
            remedy: "Compare the normalised path, letter by letter, with the whitelist.",
          }),
        ),
      },
    };
  },
});

export const sceneLoaded = check({
  suite: "verify",
  name: "scene-loaded",
  title: "The main VR scene is loaded.",
  findings: ["current", "loaded"],
  async run(context) {
    const { http, target } = context;
    const wanted = target.expected.mainScene;
    const status = await http("/status");
    const body = bodyOf(status, statusBody);
    const missing = withoutToken(context);
    const scene = missing === undefined ? await http("/scene") : undefined;
    const loaded = scene === undefined ? undefined : bodyOf(scene, sceneBody);
    return {
      findings: {
        current: demand(body?.scene === wanted, {
          reason: "Another scene is loaded.",
          expected: wanted,
          seen: body?.scene ?? shown(status),
          remedy: `Set GODOT_MAIN_SCENE to ${wanted}, or load it: POST /scene as an operator.`,
        }),
        loaded:
          missing ??
          demand(loaded?.scene === wanted && Date.parse(loaded.loaded_at) <= Date.now() + CLOCK_MS, {
            reason: "The main scene has not finished loading.",
            expected: `${wanted} with the time at which it was loaded`,
            seen: scene === undefined ? "nothing" : shown(scene),
            remedy: "Read the server's log: a scene that fails to load leaves the one before in place.",
          }),
      },
      ...(body === undefined ? {} : { measured: { scene: body.scene } }),
    };
  },
});

/** How far two machines' clocks may be apart. */
const CLOCK_MS = 60_000;

export const rateLimiting = check({
  suite: "verify",
  name: "rate-limiting",
  title: "A client over its limit is refused with 429, and others are served meanwhile.",
  findings: ["over-limit", "under-limit"],
  async run(context) {
    const missing = withoutToken(context);
    if (missing !== undefined) return { findings: { "over-limit": missing, "under-limit": missing } };
    const flood = await floodOf(context, "verify-limit");
    const other = await context.http("/scene", { bucket: `${context.run}-calm` });
    const said = flood.refused === undefined ? undefined : errorBody.safeParse(flood.refused.json).data;
    return {
      findings: {
        "over-limit": demand(said !== undefined, {
          reason: "No request was refused, however many were sent.",
          expected: `429 within ${flood.sent} requests of one minute`,
          seen: flood.seen,
          remedy: "Set GODOT_RATE_LIMIT_ENABLED to true.",
        }),
        "under-limit": demand(other.status === 200 && flood.retryAfter > 0, {
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
