import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, passIf } from "../check.ts";
import { measureStreamRate } from "../telemetry-stream.ts";

export const websocket = defineCheck({
  suite: "smoke",
  name: "websocket",
  title: "The telemetry WebSocket delivers frames at the configured rate.",
  findings: ["frames", "rate"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { frames: missing, rate: missing } };
    const { session, rate, targetRate, isSteady } = await measureStreamRate(context);
    const rejection = session.rejectedStatus === undefined ? "" : `, rejected with ${session.rejectedStatus}`;
    return {
      findings: {
        frames: passIf(session.opened && session.frames.length > 1 && session.unknown === 0, {
          reason: "The telemetry WebSocket delivers no valid frames.",
          expected: "frames, and no unknown message",
          seen: `${session.frames.length} frames, ${session.unknown} unknown messages${rejection}`,
          remedy: "Check GODOT_TELEMETRY_ENABLED, the gateway's route /telemetry and the server's log.",
        }),
        rate: passIf(isSteady, {
          reason: "Frames do not arrive at the configured rate.",
          expected: `${targetRate} per second ± 15 %`,
          seen: `${rate} per second`,
          remedy: "Check the server's CPU usage and frame rate, and the network path from this machine.",
        }),
      },
      measured: { rate_hz: rate, promised_hz: targetRate },
    };
  },
});
