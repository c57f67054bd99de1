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

/** Values of the game's own: anything JSON has, but not more than a record should hold. */
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

function getScene({ core }: RequestContext): RouteResponse {
  const { current, loadedAt, hotReload } = core.scenes;
  const { whitelist } = core.settings.scenes;
  return { status: 200, body: { scene: current, loaded_at: loadedAt, hot_reload: hotReload, whitelist } };
}

async function loadScene({ core, body, principal, client }: RequestContext): Promise<RouteResponse> {
  const { scene: wanted } = body as z.infer<typeof sceneBody>;
  try {
    const load = await core.scenes.load(wanted);
    core.log.audit("scene", "loaded", { client, subject: principal.subject, scene: wanted });
    if (load.loaded) core.webhooks.notify("scene.loaded", { scene: wanted });
    return { status: 200, body: load };
  } catch (error) {
    core.log.audit("scene", "refused", { client, subject: principal.subject, scene: wanted });
    throw error;
  }
}

/** A player acts for itself; operators, and everybody where no token is demanded, for anyone. */
function requireOwnPlayer({ core, principal }: RequestContext, player: string): void {
  if (principal.subject === player || principal.via === "open" || !core.settings.access.rbacEnabled) return;
  if (isRoleAtLeast(principal.role, "operator")) return;
  throw new HttpError(403, "forbidden", "A player's token reaches only that player.");
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

async function joinPlayer(exchange: RequestContext): Promise<RouteResponse> {
  const { core, body, principal, client } = exchange;
  const wanted = body as z.infer<typeof joinBody>;
  const own =
    principal.via === "jwt" && ID_PATTERN.test(principal.subject) ? principal.subject : randomUUID();
  const player = wanted.id ?? own;
  requireOwnPlayer(exchange, player);
  const { name, data: given } = wanted;
  const answer = await core.players.join({
    id: player,
    name,
    ...(given === undefined ? {} : { data: given }),
  });
  core.log.audit("player", "joined", { client, subject: principal.subject, player });
  return createJoinResponse(answer);
}

async function resumeSession({ core, body, client }: RequestContext): Promise<RouteResponse> {
  const answer = await core.players.resume((body as z.infer<typeof resumeBody>).hand_over_token);
  core.log.audit("player", "resumed", { client, player: answer.record.id });
  return createJoinResponse(answer);
}

function listPlayers({ core }: RequestContext): RouteResponse {
  const here = core.players.sessions.map(({ player, name }) => ({ id: player, name, server: core.id }));
  const elsewhere = core.mesh.members.flatMap(({ server, players: present }) =>
    present.map((player) => ({ ...player, server })),
  );
  return { status: 200, body: { players: [...here, ...elsewhere] } };
}

async function requirePlayerRecord(core: ServerContext, player: string): Promise<PlayerRecord> {
  const record = await core.players.record(player);
  if (record === undefined) throw new HttpError(404, "no_such_player", "There is no such player.");
  return record;
}

async function getPlayer(exchange: RequestContext): Promise<RouteResponse> {
  const { core, parameters } = exchange;
  requireOwnPlayer(exchange, parameters.id ?? "");
  const record = await requirePlayerRecord(core, parameters.id ?? "");
  const session = core.players.getSession(record.id);
  return {
    status: 200,
    body: { player: record, ...(session === undefined ? {} : { session: renderSession(session) }) },
  };
}

async function updatePlayer(exchange: RequestContext): Promise<RouteResponse> {
  const { core, parameters, body } = exchange;
  requireOwnPlayer(exchange, parameters.id ?? "");
  const record = await requirePlayerRecord(core, parameters.id ?? "");
  const { name, data: given } = body as z.infer<typeof playerBody>;
  const changed = { ...record, name: name ?? record.name, data: given ?? record.data };
  await core.players.saveRecord(changed);
  core.players.recordActivity(record.id);
  return { status: 200, body: { player: changed } };
}

async function endSession(exchange: RequestContext): Promise<RouteResponse> {
  const { core, parameters } = exchange;
  requireOwnPlayer(exchange, parameters.id ?? "");
  if (!(await core.players.leave(parameters.id ?? ""))) {
    throw new HttpError(404, "no_session", "This player has no session here.");
  }
  return { status: 204 };
}

async function erasePlayer({ core, parameters, principal, client }: RequestContext): Promise<RouteResponse> {
  const erased = await core.players.erase(parameters.id ?? "");
  if (!erased) throw new HttpError(404, "no_such_player", "There is no such player.");
  core.log.audit("admin", "player erased", { client, subject: principal.subject, player: parameters.id });
  return { status: 204 };
}

async function getWorld({ core }: RequestContext): Promise<RouteResponse> {
  const snapshots = await core.store.listSnapshots();
  return { status: 200, body: { objects: core.world.size, unsaved: core.world.unsaved, snapshots } };
}

function getObject({ core, parameters }: RequestContext): RouteResponse {
  const found = core.world.get(parameters.id ?? "");
  if (found === undefined) throw new HttpError(404, "no_such_object", "There is no such object.");
  return { status: 200, body: found };
}

function putObject({ core, parameters, body, principal, client }: RequestContext): RouteResponse {
  const objectId = parameters.id ?? "";
  if (!ID_PATTERN.test(objectId)) throw new HttpError(400, "invalid_id", "The id is not valid.");
  const there = core.world.get(objectId) !== undefined;
  const stored = core.world.put({ id: objectId, ...(body as z.infer<typeof objectBody>) });
  core.log.audit("world", "changed", { client, subject: principal.subject, object: objectId });
  return { status: there ? 200 : 201, body: stored };
}

function removeObject({ core, parameters, principal, client }: RequestContext): RouteResponse {
  if (!core.world.remove(parameters.id ?? "")) {
    throw new HttpError(404, "no_such_object", "There is no such object.");
  }
  core.log.audit("world", "removed", { client, subject: principal.subject, object: parameters.id });
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
