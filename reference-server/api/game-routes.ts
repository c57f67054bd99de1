import { randomUUID } from "node:crypto";
import { z } from "zod";
import { SCENE_PATH_PATTERN } from "../../components/config/variables/value-types.ts";
import { isRoleAtLeast, parseRole } from "../auth/roles.ts";
import type { PlayerRecord } from "../data/game-store.ts";
import { HttpError } from "../errors.ts";
import type { Route } from "../http/router.ts";
import type { JoinResult, Session } from "../players/players.ts";
import type { RequestContext, RouteResponse, ServerContext } from "../server-context.ts";
import { positionSchema } from "../telemetry/client-messages.ts";

const ID_PATTERN = /^[A-Za-z0-9._:-]{1,64}$/;
const idSchema = z.string().regex(ID_PATTERN, "must be 1 to 64 letters, digits or . _ : -");

/** The game's own data: any JSON object up to the size limit of a record. */
const gameData = z
  .record(z.string().max(100), z.json())
  .refine((value) => JSON.stringify(value).length <= 65_536, "must have at most 65536 characters as JSON");

const sceneBody = z.strictObject({
  scene: z.string().max(200).regex(SCENE_PATH_PATTERN, "must look like res://vr_main.tscn"),
});
const joinBody = z.strictObject({
  id: idSchema.optional(),
  name: z.string().min(1).max(64),
  data: gameData.optional(),
});
const playerBody = z.strictObject({ name: z.string().min(1).max(64).optional(), data: gameData.optional() });
const resumeBody = z.strictObject({ hand_over_token: z.string().min(1).max(2048) });
const objectBody = z.strictObject({
  kind: z.string().regex(/^[a-z_]{1,40}$/),
  position: positionSchema,
  data: gameData,
});

function getScene({ context }: RequestContext): RouteResponse {
  const { current, loadedAt, hotReload } = context.scenes;
  const { whitelist } = context.settings.scenes;
  return { status: 200, body: { scene: current, loaded_at: loadedAt, hot_reload: hotReload, whitelist } };
}

async function loadScene({ context, body, principal, client }: RequestContext): Promise<RouteResponse> {
  const { scene } = body as z.infer<typeof sceneBody>;
  try {
    const load = await context.scenes.load(scene);
    context.log.audit("scene", "loaded", { client, subject: principal.subject, scene });
    if (load.loaded) context.webhooks.notify("scene.loaded", { scene });
    return { status: 200, body: load };
  } catch (error) {
    context.log.audit("scene", "refused", { client, subject: principal.subject, scene });
    throw error;
  }
}

/** Players may access only their own record; operators, and all clients when authentication is off, any record. */
function requireOwnPlayer({ context, principal }: RequestContext, player: string): void {
  if (principal.subject === player || principal.via === "open" || !context.settings.access.rbacEnabled)
    return;
  if (isRoleAtLeast(principal.role, "operator")) return;
  throw new HttpError(403, "forbidden", "A player token grants access to that player only.");
}

const renderSession = ({ session, player, name, position, server, joinedAt }: Session) => ({
  session,
  player,
  name,
  position,
  server,
  joined_at: joinedAt,
});

function createJoinResponse({ record, session, resumed }: JoinResult): RouteResponse {
  const body = { player: record, session: renderSession(session), resumed };
  return { status: 201, body, headers: { Location: `/players/${encodeURIComponent(record.id)}` } };
}

async function joinPlayer(request: RequestContext): Promise<RouteResponse> {
  const { context, body, principal, client } = request;
  const { id, name, data } = body as z.infer<typeof joinBody>;
  const own =
    principal.via === "jwt" && ID_PATTERN.test(principal.subject) ? principal.subject : randomUUID();
  const player = id ?? own;
  requireOwnPlayer(request, player);
  const answer = await context.players.join({
    id: player,
    name,
    ...(data === undefined ? {} : { data }),
  });
  context.log.audit("player", "joined", { client, subject: principal.subject, player });
  return createJoinResponse(answer);
}

async function resumeSession({ context, body, client }: RequestContext): Promise<RouteResponse> {
  const answer = await context.players.resume((body as z.infer<typeof resumeBody>).hand_over_token);
  context.log.audit("player", "resumed", { client, player: answer.record.id });
  return createJoinResponse(answer);
}

function listPlayers({ context }: RequestContext): RouteResponse {
  const here = context.players.sessions.map(({ player, name }) => ({ id: player, name, server: context.id }));
  const elsewhere = context.mesh.members.flatMap(({ server, players: present }) =>
    present.map((player) => ({ ...player, server })),
  );
  return { status: 200, body: { players: [...here, ...elsewhere] } };
}

async function requirePlayerRecord(context: ServerContext, player: string): Promise<PlayerRecord> {
  const record = await context.players.record(player);
  if (record === undefined) throw new HttpError(404, "no_such_player", "The player does not exist.");
  return record;
}

async function getPlayer(request: RequestContext): Promise<RouteResponse> {
  const { context, parameters } = request;
  requireOwnPlayer(request, parameters.id ?? "");
  const record = await requirePlayerRecord(context, parameters.id ?? "");
  const session = context.players.getSession(record.id);
  return {
    status: 200,
    body: { player: record, ...(session === undefined ? {} : { session: renderSession(session) }) },
  };
}

async function updatePlayer(request: RequestContext): Promise<RouteResponse> {
  const { context, parameters, body } = request;
  requireOwnPlayer(request, parameters.id ?? "");
  const record = await requirePlayerRecord(context, parameters.id ?? "");
  const { name, data } = body as z.infer<typeof playerBody>;
  const changed = { ...record, name: name ?? record.name, data: data ?? record.data };
  await context.players.saveRecord(changed);
  context.players.recordActivity(record.id);
  return { status: 200, body: { player: changed } };
}

async function endSession(request: RequestContext): Promise<RouteResponse> {
  const { context, parameters } = request;
  requireOwnPlayer(request, parameters.id ?? "");
  if (!(await context.players.leave(parameters.id ?? ""))) {
    throw new HttpError(404, "no_session", "The player has no session on this server.");
  }
  return { status: 204 };
}

async function erasePlayer({
  context,
  parameters,
  principal,
  client,
}: RequestContext): Promise<RouteResponse> {
  const erased = await context.players.erase(parameters.id ?? "");
  if (!erased) throw new HttpError(404, "no_such_player", "The player does not exist.");
  context.log.audit("admin", "player erased", { client, subject: principal.subject, player: parameters.id });
  return { status: 204 };
}

async function getWorld({ context }: RequestContext): Promise<RouteResponse> {
  const snapshots = await context.store.listSnapshots();
  return { status: 200, body: { objects: context.world.size, unsaved: context.world.unsaved, snapshots } };
}

function getObject({ context, parameters }: RequestContext): RouteResponse {
  const found = context.world.get(parameters.id ?? "");
  if (found === undefined) throw new HttpError(404, "no_such_object", "The object does not exist.");
  return { status: 200, body: found };
}

function putObject({ context, parameters, body, principal, client }: RequestContext): RouteResponse {
  const objectId = parameters.id ?? "";
  if (!ID_PATTERN.test(objectId))
    throw new HttpError(400, "invalid_id", "The id must be 1 to 64 letters, digits or . _ : -");
  const exists = context.world.get(objectId) !== undefined;
  const stored = context.world.put({ id: objectId, ...(body as z.infer<typeof objectBody>) });
  context.log.audit("world", "changed", { client, subject: principal.subject, object: objectId });
  return { status: exists ? 200 : 201, body: stored };
}

function removeObject({ context, parameters, principal, client }: RequestContext): RouteResponse {
  if (!context.world.remove(parameters.id ?? "")) {
    throw new HttpError(404, "no_such_object", "The object does not exist.");
  }
  context.log.audit("world", "removed", { client, subject: principal.subject, object: parameters.id });
  return { status: 204 };
}

const generalRoute = { class: "general" } as const;
const readSceneRole = ({ settings }: ServerContext) => parseRole(settings.access.sceneRole);

/** Scenes, players and the world. */
export const GAME_ROUTES: readonly Route[] = [
  { method: "GET", path: "/scene", class: "scene_read", access: "observer", handle: getScene },
  {
    method: "POST",
    path: "/scene",
    class: "scene_write",
    access: readSceneRole,
    body: sceneBody,
    handle: loadScene,
  },
  { ...generalRoute, method: "GET", path: "/players", access: "observer", handle: listPlayers },
  { ...generalRoute, method: "POST", path: "/players", access: "player", body: joinBody, handle: joinPlayer },
  {
    ...generalRoute,
    method: "POST",
    path: "/players/resume",
    access: "public",
    body: resumeBody,
    handle: resumeSession,
  },
  { ...generalRoute, method: "GET", path: "/players/{id}", access: "player", handle: getPlayer },
  {
    ...generalRoute,
    method: "PATCH",
    path: "/players/{id}",
    access: "player",
    body: playerBody,
    handle: updatePlayer,
  },
  { ...generalRoute, method: "DELETE", path: "/players/{id}", access: "operator", handle: erasePlayer },
  { ...generalRoute, method: "DELETE", path: "/players/{id}/session", access: "player", handle: endSession },
  { ...generalRoute, method: "GET", path: "/world", access: "observer", handle: getWorld },
  { ...generalRoute, method: "GET", path: "/world/objects/{id}", access: "observer", handle: getObject },
  {
    ...generalRoute,
    method: "PUT",
    path: "/world/objects/{id}",
    access: "player",
    body: objectBody,
    handle: putObject,
  },
  {
    ...generalRoute,
    method: "DELETE",
    path: "/world/objects/{id}",
    access: "operator",
    handle: removeObject,
  },
];
