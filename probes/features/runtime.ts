import type { z } from "zod";
import { mintFailedVerdict, mintToken, missingTokenVerdict } from "../access-token.ts";
import { defineCheck, notApplicable, PASS, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { describeResponse, parseBody, sceneBody, statusBody } from "../contract.ts";
import type { Secret } from "../secret.ts";
import { measureStreamRate, type TelemetryStream } from "../telemetry-stream.ts";

/** A pose with identity rotation. */
const POSE_MESSAGE = { type: "pose", position: [1, 2, 3], rotation: [0, 0, 0, 1] };

export const telemetryStream = defineCheck({
  suite: "features",
  name: "telemetry-stream",
  title: "Telemetry streams at the configured rate in both encodings and includes the players.",
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
      await context.http("/players", { method: "POST", auth: token, body: { name: "spacetime-vr-probe" } });
      const [binary, json] = await Promise.all([
        measureStreamRate(context, { format: "binary", auth: token, send: [POSE_MESSAGE] }),
        measureStreamRate(context, { format: "json" }),
      ]);
      const isVisible = [binary, json].some(({ session }) =>
        session.frames.some(({ players }) => players.includes(id)),
      );
      return {
        findings: {
          binary: evaluateStream(binary),
          json: evaluateStream(json),
          players: passIf(isVisible, {
            reason: "A player that sends poses does not appear in any telemetry frame.",
            expected: `the player ${id}`,
            seen: `${json.session.frames.at(-1)?.players.length ?? 0} other players`,
            remedy: "Read the server's log for telemetry messages that it rejected.",
          }),
        },
        measured: { binary_hz: binary.rate, json_hz: json.rate, promised_hz: json.targetRate },
      };
    } finally {
      await removePlayer(context, id, token);
    }
  },
});

function evaluateStream({ session, rate, targetRate, isSteady }: TelemetryStream): Verdict {
  const { frames, unknown } = session;
  const isOrdered = frames.every(({ frame, timeMs }, index) => {
    const before = frames[index - 1];
    return before === undefined || (frame >= before.frame && timeMs >= before.timeMs);
  });
  return passIf(isSteady && isOrdered && unknown === 0, {
    reason: "The telemetry stream is too slow, out of order or contains unknown messages.",
    expected: `${targetRate} frames per second, in order`,
    seen: `${rate} per second, ${isOrdered ? "in order" : "out of order"}, ${unknown} unknown messages`,
    remedy: "Check the server's CPU usage and frame rate, and the network path from this machine.",
  });
}

async function removePlayer({ http }: CheckContext, id: string, token: Secret): Promise<void> {
  await http(`/players/${id}/session`, { method: "DELETE", auth: token }).catch(() => undefined);
  await http(`/players/${id}`, { method: "DELETE" }).catch(() => undefined);
}

export const sceneManagement = defineCheck({
  suite: "features",
  name: "scene-management",
  title: "Operators can load scenes, players cannot, and the whitelist is as configured.",
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
    // Loading the current scene requires the permission, but does not affect players. With these tokens the server counts
    // requests by address, and the limit of scene writes is low, so that this check sends only two.
    const load = (auth: Secret) =>
      http("/scene", { method: "POST", auth, body: { scene: body?.scene ?? target.expected.mainScene } });
    const [byOperator, byPlayer] = await Promise.all([load(operator.token), load(player.token)]);
    const expected = [...target.expected.whitelist].sort().join(", ");
    const actual = [...(body?.whitelist ?? [])].sort().join(", ");
    const remedy = "Check GODOT_RBAC_ENABLED and GODOT_RBAC_SCENE_ROLE.";
    return {
      findings: {
        operator: passIf(byOperator.status === 200, {
          reason: "An operator cannot load a scene on the whitelist.",
          expected: "200",
          seen: describeResponse(byOperator),
          remedy,
        }),
        player: passIf(byPlayer.status === 403, {
          reason: "A player can load a scene.",
          expected: "403",
          seen: describeResponse(byPlayer),
          remedy,
        }),
        whitelist: passIf(body !== undefined && expected === actual, {
          reason: "The server's scene whitelist differs from the configured one.",
          expected,
          seen: body === undefined ? describeResponse(reply) : actual,
          remedy: "Check GODOT_SCENE_WHITELIST of the deployment, and roll it out.",
        }),
      },
    };
  },
});

export const serverMeshing = defineCheck({
  suite: "features",
  name: "server-meshing",
  title: "Game servers discover their peers and share player state.",
  findings: ["peers", "shared"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { peers: missing, shared: missing } };
    const reply = await context.http("/status");
    const status = parseBody(reply, statusBody);
    const others = context.target.expected.servers - 1;
    const { mesh } = status ?? {};
    return {
      findings: {
        peers: evaluatePeers(status, others, describeResponse(reply)),
        shared: evaluateSharedState(status, others, describeResponse(reply)),
      },
      ...(mesh === undefined ? {} : { measured: { peers: mesh.peers, members: mesh.members } }),
    };
  },
});

type ServerStatus = z.infer<typeof statusBody>;

/** A server without planned peers has nothing to discover, which proves nothing. */
function evaluatePeers(status: ServerStatus | undefined, others: number, response: string): Verdict {
  const { mesh } = status ?? {};
  if (mesh?.peers === 0 && others === 0)
    return notApplicable("one server is planned, so there is no peer to discover");
  return passIf(mesh?.discovery === "on" && mesh.peers >= Math.max(others, 1), {
    reason: "The game servers do not discover their peers.",
    expected: `discovery on, at least ${Math.max(others, 1)} peers`,
    seen: mesh === undefined ? response : `discovery ${mesh.discovery}, ${mesh.peers} peers`,
    remedy: "Check GODOT_DISCOVERY_ENABLED, and that UDP port 8087 is open between the servers.",
  });
}

function evaluateSharedState(status: ServerStatus | undefined, others: number, response: string): Verdict {
  const { mesh, shared_state: shared } = status ?? {};
  if (others === 0 && shared === "none")
    return notApplicable("the server runs without Redis, so it shares no state");
  return passIf(shared === "redis" && mesh?.sharing === "on" && mesh.members > others, {
    reason: "The game servers do not share player state.",
    expected: `${others + 1} members through Redis`,
    seen: status === undefined ? response : `shared state ${shared}, ${mesh?.members ?? 0} members`,
    remedy: "Check Redis in the response of /ready, and GODOT_MESH_ENABLED.",
  });
}

/** Log messages about a headset or desktop mode. */
const VR_LOG_PATTERN = /headset|desktop mode|openxr/i;

export const vrFallback = defineCheck({
  suite: "features",
  name: "vr-fallback",
  title: "Without a headset, the server runs in desktop mode and logs it.",
  findings: ["starts", "desktop-mode", "logged"],
  async run(context) {
    const reply = await context.http("/status");
    const body = parseBody(reply, statusBody);
    const { vr } = body ?? {};
    return {
      findings: {
        starts: passIf(body !== undefined, {
          reason: "The server does not return its status.",
          expected: "its status",
          seen: describeResponse(reply),
          remedy: "Set GODOT_VR_DESKTOP_FALLBACK to true on machines without a headset.",
        }),
        "desktop-mode": passIf(vr !== undefined && (vr.enabled ? vr.mode !== "off" : vr.mode === "off"), {
          reason: "VR is enabled, but neither headset mode nor desktop mode is active.",
          expected: "mode desktop or headset with VR enabled, mode off with VR disabled",
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
    return notApplicable("the log is not available at an address; run the check with the environment's name");
  const text = await logs();
  return passIf(VR_LOG_PATTERN.test(text), {
    reason: "The log has no line about the headset or desktop mode.",
    expected: "a line about the headset or desktop mode",
    seen: `no such line in ${text.length} characters of log`,
    remedy: "Set GODOT_LOG_LEVEL to warning or lower, and restart the server.",
  });
}
