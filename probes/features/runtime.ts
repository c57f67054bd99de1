import { mintFailedVerdict, mintToken, missingTokenVerdict } from "../access-token.ts";
import { defineCheck, notApplicable, PASS, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { describeResponse, parseBody, sceneBody, statusBody } from "../contract.ts";
import type { Secret } from "../secret.ts";
import { measureStreamRate, type TelemetryStream } from "../telemetry-stream.ts";

/** A pose at the origin, looking ahead. */
const POSE_MESSAGE = { type: "pose", position: [1, 2, 3], rotation: [0, 0, 0, 1] };

export const telemetryStream = defineCheck({
  suite: "features",
  name: "telemetry-stream",
  title: "Telemetry keeps arriving at its promised rate, in both encodings, with the players in it.",
  findings: ["binary", "json", "players"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { binary: missing, json: missing, players: missing } };
    const id = `${context.run}-t`;
    const { token, reply } = await mintToken(context, "player", id);
    if (token === undefined) {
      const none = mintFailedVerdict(reply);
      return { findings: { binary: none, json: none, players: none } };
    }
    try {
      await context.http("/players", { method: "POST", as: token, body: { name: "spacetime-vr-probe" } });
      const [binary, json] = await Promise.all([
        measureStreamRate(context, { format: "binary", as: token, say: [POSE_MESSAGE] }),
        measureStreamRate(context, { format: "json" }),
      ]);
      const seen = [binary, json].some(({ session }) =>
        session.frames.some(({ players }) => players.includes(id)),
      );
      return {
        findings: {
          binary: evaluateStream(binary),
          json: evaluateStream(json),
          players: passIf(seen, {
            reason: "A player who sends poses is in nobody's frames.",
            expected: `the player ${id}`,
            seen: `${json.session.frames.at(-1)?.players.length ?? 0} other players`,
            remedy: "See the server's log for messages that it did not understand.",
          }),
        },
        measured: { binary_hz: binary.rate, json_hz: json.rate, promised_hz: json.promised },
      };
    } finally {
      await removePlayer(context, id, token);
    }
  },
});

function evaluateStream({ session, rate, promised, isSteady }: TelemetryStream): Verdict {
  const { frames, unknown } = session;
  const isOrdered = frames.every(({ frame, timeMs }, index) => {
    const before = frames[index - 1];
    return before === undefined || (frame >= before.frame && timeMs >= before.timeMs);
  });
  return passIf(isSteady && isOrdered && unknown === 0, {
    reason: "The stream does not keep its promise.",
    expected: `${promised} frames a second, in order`,
    seen: `${rate} a second, ${isOrdered ? "in order" : "out of order"}, ${unknown} unknown messages`,
    remedy: "See the server's processor time and frame rate, and the network between here and there.",
  });
}

async function removePlayer({ http }: CheckContext, id: string, token: Secret): Promise<void> {
  await http(`/players/${id}/session`, { method: "DELETE", as: token }).catch(() => undefined);
  await http(`/players/${id}`, { method: "DELETE" }).catch(() => undefined);
}

export const sceneManagement = defineCheck({
  suite: "features",
  name: "scene-management",
  title: "Whoever may change the scene can do so, a player cannot, and the whitelist is the planned one.",
  findings: ["operator", "player", "whitelist"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined)
      return { findings: { operator: missing, player: missing, whitelist: missing } };
    const { http, target } = context;
    const [operator, player] = await Promise.all([
      mintToken(context, "operator"),
      mintToken(context, "player"),
    ]);
    if (operator.token === undefined || player.token === undefined) {
      const none = mintFailedVerdict(operator.token === undefined ? operator.reply : player.reply);
      return { findings: { operator: none, player: none, whitelist: none } };
    }
    const reply = await http("/scene");
    const body = parseBody(reply, sceneBody);
    // The scene that is loaded already: it takes the right, and changes nothing for the players in it. Roles are counted
    // with this machine's own requests, of which few may write: so these two are all.
    const load = (as: Secret) =>
      http("/scene", { method: "POST", as, body: { scene: body?.scene ?? target.expected.mainScene } });
    const [allowed, refused] = await Promise.all([load(operator.token), load(player.token)]);
    const expected = [...target.expected.whitelist].sort().join(", ");
    const seen = [...(body?.whitelist ?? [])].sort().join(", ");
    const remedy = "See GODOT_RBAC_ENABLED and GODOT_RBAC_SCENE_ROLE.";
    return {
      findings: {
        operator: passIf(allowed.status === 200, {
          reason: "An operator cannot load a listed scene.",
          expected: "200",
          seen: describeResponse(allowed),
          remedy,
        }),
        player: passIf(refused.status === 403, {
          reason: "A player can load a scene.",
          expected: "403",
          seen: describeResponse(refused),
          remedy,
        }),
        whitelist: passIf(body !== undefined && expected === seen, {
          reason: "The server's whitelist is another one.",
          expected,
          seen: body === undefined ? describeResponse(reply) : seen,
          remedy: "See GODOT_SCENE_WHITELIST of the deployment, and roll it out.",
        }),
      },
    };
  },
});

export const serverMeshing = defineCheck({
  suite: "features",
  name: "server-meshing",
  title: "Servers find each other and share their players.",
  findings: ["peers", "shared"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { peers: missing, shared: missing } };
    const { http, target } = context;
    const reply = await http("/status");
    const body = parseBody(reply, statusBody);
    const others = target.expected.servers - 1;
    const { mesh, shared_state: shared } = body ?? {};
    const hasOne = mesh !== undefined && others === 0;
    const isSharing = mesh?.sharing === "on" && shared === "redis" && mesh.members > others;
    return {
      findings: {
        peers: passIf(hasOne || (mesh?.discovery === "on" && mesh.peers >= others), {
          reason: "Servers do not find each other.",
          expected: `discovery on, ${others} peers and more`,
          seen:
            mesh === undefined ? describeResponse(reply) : `discovery ${mesh.discovery}, ${mesh.peers} peers`,
          remedy: "See GODOT_DISCOVERY_ENABLED, and whether UDP 8087 passes between the servers.",
        }),
        shared: passIf(body !== undefined && (isSharing || (others === 0 && shared !== "unavailable")), {
          reason: "Servers do not share their players.",
          expected:
            others === 0 ? "Redis, or a server that runs on its own" : `${others + 1} members through Redis`,
          seen:
            body === undefined
              ? describeResponse(reply)
              : `shared state ${shared}, ${mesh?.members ?? 0} members`,
          remedy: "See /ready for Redis, and GODOT_MESH_ENABLED.",
        }),
      },
      ...(mesh === undefined ? {} : { measured: { peers: mesh.peers, members: mesh.members } }),
    };
  },
});

/** What a server says in its log about a headset, or that there is none. */
const VR_LOG_PATTERN = /headset|desktop mode|openxr/i;

export const vrFallback = defineCheck({
  suite: "features",
  name: "vr-fallback",
  title: "Without a headset the server runs in desktop mode and says so.",
  findings: ["starts", "desktop-mode", "logged"],
  async run(context) {
    const reply = await context.http("/status");
    const body = parseBody(reply, statusBody);
    const { vr } = body ?? {};
    return {
      findings: {
        starts: passIf(body !== undefined, {
          reason: "The server did not start.",
          expected: "its status",
          seen: describeResponse(reply),
          remedy: "Set GODOT_VR_DESKTOP_FALLBACK to true where no headset is.",
        }),
        "desktop-mode": passIf(vr !== undefined && (vr.enabled ? vr.mode !== "off" : vr.mode === "off"), {
          reason: "VR is on and neither a headset nor desktop mode stands for it.",
          expected: "desktop or headset with VR on, off without",
          seen: vr === undefined ? describeResponse(reply) : `enabled ${vr.enabled}, mode ${vr.mode}`,
          remedy: "Set GODOT_VR_DESKTOP_FALLBACK to true.",
        }),
        logged: vr?.enabled === false ? PASS : await evaluateVrLog(context),
      },
      measured: { mode: vr?.mode ?? "unknown" },
    };
  },
});

async function evaluateVrLog({ logs }: CheckContext): Promise<Verdict> {
  if (logs === undefined)
    return notApplicable("an address shows no log; ask for the environment by its name");
  const text = await logs();
  return passIf(VR_LOG_PATTERN.test(text), {
    reason: "The log does not say whether a headset was found.",
    expected: "a line about the headset or desktop mode",
    seen: `${text.length} characters of log without one`,
    remedy: "Set GODOT_LOG_LEVEL to warning or lower, and restart the server.",
  });
}
