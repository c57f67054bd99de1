import { z } from "zod";
import { HttpError, messageOf } from "../errors.ts";
import { WEBHOOK_EVENTS } from "../features/webhooks.ts";
import type { Route } from "../http/router.ts";
import type { RequestContext, RouteResponse, ServerContext } from "../server-context.ts";

const webhookBody = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(500),
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1),
});
const jobKind = z.enum(["save-world", "snapshot"]);
const jobBody = z.strictObject({ kind: jobKind });
const batchBody = z.strictObject({ operations: z.array(jobBody).min(1).max(100) });

const runOperation = (context: ServerContext, kind: z.infer<typeof jobKind>): Promise<void> =>
  kind === "snapshot" ? context.snapshots.take() : context.world.save();

function registerWebhook({ context, body, client }: RequestContext): RouteResponse {
  const { url, events } = body as z.infer<typeof webhookBody>;
  const webhook = context.webhooks.register(url, events);
  context.log.audit("admin", "webhook registered", { client, webhook: webhook.id });
  return { status: 201, body: webhook };
}

function removeWebhook({ context, parameters }: RequestContext): RouteResponse {
  if (context.webhooks.remove(parameters.id ?? "")) return { status: 204 };
  throw new HttpError(404, "no_such_webhook", "The webhook does not exist.");
}

function startJob({ context, body }: RequestContext): RouteResponse {
  const { kind } = body as z.infer<typeof jobBody>;
  const job = context.jobs.start(kind, async () => {
    await runOperation(context, kind);
    return [];
  });
  return { status: 202, body: job, headers: { Location: `/jobs/${job.id}` } };
}

function getJob({ context, parameters }: RequestContext): RouteResponse {
  const found = context.jobs.get(parameters.id ?? "");
  if (found === undefined) throw new HttpError(404, "no_such_job", "The job does not exist.");
  return { status: 200, body: found };
}

/** Runs many operations as one job. A failed operation does not stop the others. */
function startBatch({ context, body }: RequestContext): RouteResponse {
  const { operations } = body as z.infer<typeof batchBody>;
  const started = context.jobs.start("batch", async () => {
    const results: unknown[] = [];
    for (const { kind } of operations) {
      const error = await runOperation(context, kind).then(() => undefined, messageOf);
      results.push(error === undefined ? { kind, state: "done" } : { kind, state: "failed", error });
    }
    return results;
  });
  return { status: 202, body: started, headers: { Location: `/jobs/${started.id}` } };
}

const webhookRoute = {
  class: "general",
  access: "admin",
  enabled: (context: ServerContext) => context.settings.features.webhooks,
} as const;
const jobRoute = {
  class: "general",
  access: "operator",
  enabled: (context: ServerContext) => context.settings.features.jobs,
} as const;

/** Routes of the later phases. Each responds with 404 until its feature flag is on. */
export const FEATURE_ROUTES: readonly Route[] = [
  { ...webhookRoute, method: "POST", path: "/webhooks", body: webhookBody, handle: registerWebhook },
  {
    ...webhookRoute,
    method: "GET",
    path: "/webhooks",
    handle: ({ context }) => ({ status: 200, body: { webhooks: context.webhooks.all } }),
  },
  { ...webhookRoute, method: "DELETE", path: "/webhooks/{id}", handle: removeWebhook },
  { ...jobRoute, method: "POST", path: "/jobs", body: jobBody, handle: startJob },
  { ...jobRoute, method: "GET", path: "/jobs/{id}", handle: getJob },
  {
    ...jobRoute,
    method: "POST",
    path: "/batch",
    enabled: ({ settings }) => settings.features.batch,
    body: batchBody,
    handle: startBatch,
  },
  {
    method: "GET",
    path: "/phase4",
    class: "general",
    access: "operator",
    enabled: ({ settings }) => settings.features.phase4,
    handle: () => ({ status: 200, body: { routers: [] } }),
  },
];
