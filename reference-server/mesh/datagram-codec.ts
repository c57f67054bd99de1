import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { parseUntrustedJson } from "../untrusted-json.ts";

/** Larger datagrams could be fragmented (IPv6 guarantees an MTU of 1280 bytes, including headers). */
const MAX_DATAGRAM_BYTES = 1200;

/** Announcements further from the current time are dropped as replays or because of clock skew. */
const MAX_CLOCK_SKEW_MS = 30_000;

const announcementSchema = z.strictObject({
  v: z.literal(1),
  /** `reply` responds to the first announcement of an unknown server and gets no reply itself. */
  kind: z.enum(["announce", "reply", "leave"]),
  server: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  state: z.enum(["starting", "ready", "draining"]),
  environment: z.string().max(20),
  scene: z.string().max(200),
  http_port: z.int().min(1).max(65535),
  telemetry_port: z.int().min(1).max(65535),
  players: z.int().min(0).max(1_000_000),
  max_players: z.int().min(1).max(1_000_000),
  /** Unix time, milliseconds. */
  sent_ms: z.number(),
});

/** The payload of a discovery datagram. */
export type Announcement = z.infer<typeof announcementSchema>;

/** Encodes and decodes discovery datagrams: JSON, a line break, and a hexadecimal HMAC-SHA-256 of the JSON. */
export class DatagramCodec {
  readonly #key: Buffer;

  /** @param secret the key that all servers of a deployment share. */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync("sha256", secret, "", "spacetime-vr discovery v1", 32));
  }

  encode(announcement: Announcement): Buffer {
    const text = JSON.stringify(announcement);
    return Buffer.from(`${text}\n${this.#mac(text)}`, "utf8");
  }

  /** @returns undefined for a datagram that is invalid, unauthenticated or outside the allowed clock skew. */
  decode(datagram: Buffer, now = Date.now()): Announcement | undefined {
    if (datagram.length > MAX_DATAGRAM_BYTES) return undefined;
    const [text = "", mac = ""] = datagram.toString("utf8").split("\n");
    const expected = Buffer.from(this.#mac(text));
    const given = Buffer.from(mac);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const json = parseUntrustedJson(text);
    if ("problem" in json) return undefined;
    const parsed = announcementSchema.safeParse(json.value);
    return parsed.success && Math.abs(parsed.data.sent_ms - now) <= MAX_CLOCK_SKEW_MS
      ? parsed.data
      : undefined;
  }

  #mac(text: string): string {
    return createHmac("sha256", this.#key).update(text).digest("hex");
  }
}
