import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { HttpError, messageOf } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";

/** The events that a webhook can subscribe to. */
export const WEBHOOK_EVENTS = ["player.joined", "player.left", "scene.loaded", "drain.started"] as const;

type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** A registered webhook; its `secret` is returned once, at registration. */
interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
}

const MAX_WEBHOOKS = 20;
const DELIVERY_TIMEOUT_MS = 3000;

/** WebhookRouter (phase 2): delivers events signed with HMAC-SHA-256, without retries. */
export class Webhooks {
  readonly #webhooks = new Map<string, Webhook & { readonly secret: string }>();
  readonly #metrics: Metrics;
  readonly #log: Logger;

  constructor(metrics: Metrics, log: Logger) {
    this.#metrics = metrics;
    this.#log = log;
  }

  get all(): readonly Webhook[] {
    return [...this.#webhooks.values()].map(({ secret: _secret, ...webhook }) => webhook);
  }

  register(url: string, events: readonly WebhookEvent[]): Webhook & { readonly secret: string } {
    if (this.#webhooks.size >= MAX_WEBHOOKS) {
      throw new HttpError(409, "too_many_webhooks", `At most ${MAX_WEBHOOKS} webhooks can be registered.`);
    }
    const webhook = { id: randomUUID(), url, events, secret: randomBytes(32).toString("base64url") };
    this.#webhooks.set(webhook.id, webhook);
    return webhook;
  }

  remove(id: string): boolean {
    return this.#webhooks.delete(id);
  }

  notify(event: WebhookEvent, data: Readonly<Record<string, string>>): void {
    for (const webhook of this.#webhooks.values()) {
      if (webhook.events.includes(event)) void this.#deliver(webhook, event, data);
    }
  }

  async #deliver(
    webhook: Webhook & { readonly secret: string },
    event: WebhookEvent,
    data: object,
  ): Promise<void> {
    const body = JSON.stringify({ event, time: new Date().toISOString(), data });
    const signature = createHmac("sha256", webhook.secret).update(body).digest("hex");
    try {
      const response = await fetch(webhook.url, {
        method: "POST",
        body,
        headers: { "Content-Type": "application/json", "X-Spacetime-Signature": `sha256=${signature}` },
        redirect: "error",
        signal: AbortSignal.timeout(DELIVERY_TIMEOUT_MS),
      });
      if (!response.ok) throw new Error(`received status ${response.status}`);
      this.#metrics.increment("spacetime_webhook_deliveries_total", { result: "delivered" });
    } catch (error) {
      this.#metrics.increment("spacetime_webhook_deliveries_total", { result: "failed" });
      this.#log.warning("webhook delivery failed", {
        webhook: webhook.id,
        event,
        reason: messageOf(error),
      });
    }
  }
}
