import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, passIf } from "../check.ts";
import type { HttpResponse } from "../client/http.ts";
import { describeResponse, parseBody, sceneBody } from "../contract.ts";

/** Scene paths that leave the whitelist, the project, or the file system's sandbox. */
const escapesFrom = (scene: string): readonly string[] => [
  `${scene}/../tests/spacetime_vr_probe.tscn`,
  "res://../spacetime_vr_probe.tscn",
  "user://spacetime_vr_probe.tscn",
  "file:///etc/passwd",
  "/etc/passwd",
  `${scene}\u0000.tscn`,
  `${scene}%00.tscn`,
  "res://addons/gdUnit4/src/probe.tscn",
  "http://127.0.0.1/probe.tscn",
];

const REJECTED: readonly number[] = [400, 403];

export const sceneEscape = defineCheck({
  suite: "security",
  name: "scene-escape",
  title: "An operator cannot load a scene from outside the project or the whitelist.",
  findings: ["rejected", "unchanged"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { rejected: missing, unchanged: missing } };
    const { http, target } = context;
    const current = async () => parseBody(await http("/scene"), sceneBody)?.scene;
    const load = (scene: string): Promise<HttpResponse> =>
      http("/scene", { method: "POST", body: { scene } });
    const before = (await current()) ?? target.expected.mainScene;
    const replies = await Promise.all(
      escapesFrom(before).map(async (scene) => [scene, await load(scene)] as const),
    );
    const accepted = replies.filter(([, { status }]) => !REJECTED.includes(status));
    const after = await current();
    if (after !== before) await load(before);
    return {
      findings: {
        rejected: passIf(accepted.length === 0, {
          reason: "A scene path outside the whitelist is not rejected.",
          expected: "400 or 403 from each",
          seen: accepted.map(([scene, reply]) => `${scene}: ${describeResponse(reply)}`).join(", "),
          remedy:
            "Compare the whole path with the whitelist, and set GODOT_SCENE_WHITELIST to single scenes.",
        }),
        unchanged: passIf(after === before, {
          reason: "The scene changed after rejected requests.",
          expected: before,
          seen: after ?? "unknown",
          remedy: "Check the scene path before the scene is loaded.",
        }),
      },
      measured: { paths: replies.length },
    };
  },
});
