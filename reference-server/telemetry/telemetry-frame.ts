import type { Position } from "../data/game-store.ts";

/** One player in a frame. */
interface Pose {
  readonly id: string;
  readonly position: Position;
  readonly rotation: readonly [number, number, number, number];
}

/** A frame, sent to clients at GODOT_TELEMETRY_RATE_HZ. */
export interface TelemetryFrame {
  readonly frame: number;
  /** Unix time, milliseconds. */
  readonly time_ms: number;
  readonly fps: number;
  readonly frame_time_ms: number;
  readonly players: readonly Pose[];
}

/** First byte of a binary frame: "S". */
const MAGIC = 0x53;
const VERSION = 1;
const HEADER_BYTES = 24;
const POSE_BYTES = 28;

/** Encodes a frame as a JSON text message. */
export function encodeJson(frame: TelemetryFrame): string {
  return JSON.stringify({ type: "frame", ...frame });
}

/**
 * Encodes a frame as a binary message, little-endian: u8 magic, u8 version, u16 players, u32 frame, f64 time_ms, f32 fps, f32
 * frame_time_ms; then for each player u8 length and UTF-8 bytes of its id, f32 position x y z, f32 rotation x y z w.
 */
export function encodeBinary(frame: TelemetryFrame): Buffer {
  const ids = frame.players.map(({ id }) => Buffer.from(id, "utf8"));
  const size = ids.reduce((sum, id) => sum + 1 + id.length + POSE_BYTES, HEADER_BYTES);
  const buffer = Buffer.allocUnsafe(size);
  buffer.writeUInt8(MAGIC, 0);
  buffer.writeUInt8(VERSION, 1);
  buffer.writeUInt16LE(frame.players.length, 2);
  buffer.writeUInt32LE(frame.frame % 2 ** 32, 4);
  buffer.writeDoubleLE(frame.time_ms, 8);
  buffer.writeFloatLE(frame.fps, 16);
  buffer.writeFloatLE(frame.frame_time_ms, 20);
  let at = HEADER_BYTES;
  frame.players.forEach(({ position, rotation }, index) => {
    const id = ids[index] ?? Buffer.alloc(0);
    at = buffer.writeUInt8(id.length, at);
    at += id.copy(buffer, at);
    for (const value of [...position, ...rotation]) at = buffer.writeFloatLE(value, at);
  });
  return buffer;
}

/** Decodes a binary frame, for clients and tests. @throws Error for any other buffer. */
export function decodeBinary(buffer: Buffer): TelemetryFrame {
  if (buffer.length < HEADER_BYTES || buffer[0] !== MAGIC || buffer[1] !== VERSION) {
    throw new Error("The buffer is not a telemetry frame of version 1.");
  }
  let at = HEADER_BYTES;
  const float = (): number => {
    at += 4;
    return buffer.readFloatLE(at - 4);
  };
  const players = Array.from({ length: buffer.readUInt16LE(2) }, (): Pose => {
    const end = at + 1 + buffer.readUInt8(at);
    const id = buffer.toString("utf8", at + 1, end);
    at = end;
    return { id, position: [float(), float(), float()], rotation: [float(), float(), float(), float()] };
  });
  return {
    frame: buffer.readUInt32LE(4),
    time_ms: buffer.readDoubleLE(8),
    fps: buffer.readFloatLE(16),
    frame_time_ms: buffer.readFloatLE(20),
    players,
  };
}
