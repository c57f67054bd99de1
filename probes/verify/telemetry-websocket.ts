import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, passIf } from "../check.ts";

/** Sufficient to detect a stream; at 30 Hz a sixth of a second. */
const MIN_FRAMES = 5;

/** Maximum time to receive these frames. */
const LISTEN_MS = 3000;

export const telemetryWebsocket = defineCheck({
  suite: "verify",
  name: "telemetry-websocket",
  title: "A client completes the WebSocket handshake and receives telemetry frames.",
  findings: ["listening", "connected"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    const session = await context.telemetry({ frames: MIN_FRAMES, ms: LISTEN_MS });
    const numbers = session.frames.map(({ frame }) => frame);
    // A busy server may repeat a frame, but frame numbers must not decrease and must increase overall.
    const isOrdered = numbers.every((number, index) => number >= (numbers[index - 1] ?? number));
    const isGrowing = isOrdered && (numbers.at(-1) ?? 0) > (numbers[0] ?? 0);
    return {
      findings: {
        listening: passIf(session.opened, {
          reason: "The WebSocket handshake is rejected.",
          expected: "101 Switching Protocols",
          seen: session.rejectedStatus === undefined ? "no handshake" : String(session.rejectedStatus),
          remedy: "Check GODOT_TELEMETRY_ENABLED, the token and the gateway's route /telemetry.",
        }),
        connected:
          missing ??
          passIf(
            session.welcome !== undefined &&
              numbers.length >= MIN_FRAMES &&
              isGrowing &&
              session.unknown === 0,
            {
              reason: "The connection delivers no valid telemetry.",
              expected: `welcome, then ${MIN_FRAMES} frames with increasing frame numbers`,
              seen: `${session.welcome === undefined ? "no welcome" : "welcome"}, ${numbers.length} frames, ${session.unknown} unknown messages${session.closeCode === undefined ? "" : `, closed with ${session.closeCode}`}`,
              remedy:
                "Read the server's log; close code 1013 means that the client limit is reached (GODOT_TELEMETRY_MAX_CLIENTS).",
            },
          ),
      },
      measured: { frames: numbers.length },
    };
  },
});
