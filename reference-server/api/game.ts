import { randomUUID } from "node:crypto";
import { z } from "zod";
import { SCENE } from "../../components/config/variables/forms.ts";
import { reaches, roleOf } from "../auth/roles.ts";
import type { Answer, Core, Exchange } from "../core.ts";
import type { PlayerRecord } from "../data/store.ts";
import { HttpError } from "../errors.ts";
import type { Route } from "../http/routes.ts";
import type { Joined, Session } from "../players/players.ts";
import { positionSchema } from "../telemetry/messages.ts";

const ID = /^[A-Za-z0-9._:-]{1,64}$/;
const id = z.string().regex(ID, "must be 1 to 64 letters, digits or . _ : -");

/** Values of the game's own: anything JSON has, but not more than a record should hold. */
const data = z
  .record(z.string().max(100), z.json())
  .refine((value) => JSON.stringify(value).length <= 65_536, "must have at most 65536 characters as JSON");

const sceneBody = z.strictObject({
  scene: z.string().max(200).regex(SCENE, "must look like res://vr_main.tscn"),
});
const joinBody = z.strictObject({
  id: id.optional(),
  name: z.string().min(1).max(64),
  data: data.optional(),
});
const playerBody = z.strictObject({ name: z.string().min(1).max(64).optional(), data: data.optional() });
const resumeBody = z.strictObject({ hand_over_token: z.string().min(1).max(2048) });
const objectBody = z.strictObject({
  kind: z.string().regex(/^[a-z_]{1,40}$/),
  position: positionSchema,
  data,
});

function scene({ core }: Exchange): Answer {
  const { current, loadedAt, hotReload } = core.scenes;
  const { whitelist } = core.settings.scenes;
  return { status: 200, body: { scene: current, loaded_at: loadedAt, hot_reload: hotReload, whitelist } };
}

async function loadScene({ core, body, principal, client }: Exchange): Promise<Answer> {
  const { scene: wanted } = body as z.infer<typeof sceneBody>;
  try {
    const load = await core.scenes.load(wanted);
    core.log.audit("scene", "loaded", { client, subject: principal.subject, scene: wanted });
    if (load.loaded) core.webhooks.tell("scene.loaded", { scene: wanted });
    return { status: 200, body: load };
  } catch (error) {
    core.log.audit("scene", "refused", { client, subject: principal.subject, scene: wanted });
    throw error;
  }
}

/** A player acts for itself; operators, and everybody where no token is demanded, for anyone. */
function requireOwn({ core, principal }: Exchange, player: string): void {
  if (principal.subject === player || principal.via === "open" || !core.settings.access.rbacEnabled) return;
  if (reaches(principal.role, "operator")) return;
  throw new HttpError(403, "forbidden", "A player's token reaches only that player.");
}

const shownSession = ({ session, player, name, position, server, joinedAt }: Session) => ({
  session,
  player,
  name,
  position,
  server,
  joined_at: joinedAt,
});

function joined({ record, session, resumed }: Joined): Answer {
  const body = { player: record, session: shownSession(session), resumed };
  return { status: 201, body, headers: { Location: `/players/${encodeURIComponent(record.id)}` } };
}

async function join(exchange: Exchange): Promise<Answer> {
  const { core, body, principal, client } = exchange;
  const wanted = body as z.infer<typeof joinBody>;
  const own = principal.via === "jwt" && ID.test(principal.subject) ? principal.subject : randomUUID();
  const player = wanted.id ?? own;
  requireOwn(exchange, player);
  const { name, data: given } = wanted;
  const answer = await core.players.join({
    id: player,
    name,
    ...(given === undefined ? {} : { data: given }),
  });
  core.log.audit("player", "joined", { client, subject: principal.subject, player });
  return joined(answer);
}

async function resume({ core, body, client }: Exchange): Promise<Answer> {
  const answer = await core.players.resume((body as z.infer<typeof resumeBody>).hand_over_token);
  core.log.audit("player", "resumed", { client, player: answer.record.id });
  return joined(answer);
}

function players({ core }: Exchange): Answer {
  const here = core.players.present.map(({ player, name }) => ({ id: player, name, server: core.id }));
  const elsewhere = core.mesh.members.flatMap(({ server, players: present }) =>
    present.map((player) => ({ ...player, server })),
  );
  return { status: 200, body: { players: [...here, ...elsewhere] } };
}

async function requireRecord(core: Core, player: string): Promise<PlayerRecord> {
  const record = await core.players.record(player);
  if (record === undefined) throw new HttpError(404, "no_such_player", "There is no such player.");
  return record;
}

async function player(exchange: Exchange): Promise<Answer> {
  const { core, parameters } = exchange;
  requireOwn(exchange, parameters.id ?? "");
  const record = await requireRecord(core, parameters.id ?? "");
  const session = core.players.session(record.id);
  return {
    status: 200,
    body: { player: record, ...(session === undefined ? {} : { session: shownSession(session) }) },
  };
}

async function changePlayer(exchange: Exchange): Promise<Answer> {
  const { core, parameters, body } = exchange;
  requireOwn(exchange, parameters.id ?? "");
  const record = await requireRecord(core, parameters.id ?? "");
  const { name, data: given } = body as z.infer<typeof playerBody>;
  const changed = { ...record, name: name ?? record.name, data: given ?? record.data };
  await core.players.save(changed);
  core.players.touch(record.id);
  return { status: 200, body: { player: changed } };
}

async function leave(exchange: Exchange): Promise<Answer> {
  const { core, parameters } = exchange;
  requireOwn(exchange, parameters.id ?? "");
  if (!(await core.players.leave(parameters.id ?? ""))) {
    throw new HttpError(404, "no_session", "This player has no session here.");
  }
  return { status: 204 };
}

async function erase({ core, parameters, principal, client }: Exchange): Promise<Answer> {
  const erased = await core.players.erase(parameters.id ?? "");
  if (!erased) throw new HttpError(404, "no_such_player", "There is no such player.");
  core.log.audit("admin", "player erased", { client, subject: principal.subject, player: parameters.id });
  return { status: 204 };
}

async function world({ core }: Exchange): Promise<Answer> {
  const snapshots = await core.store.snapshots();
  return { status: 200, body: { objects: core.world.size, unsaved: core.world.unsaved, snapshots } };
}

function object({ core, parameters }: Exchange): Answer {
  const found = core.world.get(parameters.id ?? "");
  if (found === undefined) throw new HttpError(404, "no_such_object", "There is no such object.");
  return { status: 200, body: found };
}

function putObject({ core, parameters, body, principal, client }: Exchange): Answer {
  const objectId = parameters.id ?? "";
  if (!ID.test(objectId)) throw new HttpError(400, "invalid_id", "The id is not valid.");
  const there = core.world.get(objectId) !== undefined;
  const stored = core.world.put({ id: objectId, ...(body as z.infer<typeof objectBody>) });
  core.log.audit("world", "changed", { client, subject: principal.subject, object: objectId });
  return { status: there ? 200 : 201, body: stored };
}

function removeObject({ core, parameters, principal, client }: Exchange): Answer {
  if (!core.world.remove(parameters.id ?? "")) {
    throw new HttpError(404, "no_such_object", "There is no such object.");
  }
  core.log.audit("world", "removed", { client, subject: principal.subject, object: parameters.id });
  return { status: 204 };
}

const general = { class: "general" } as const;
const sceneRole = ({ settings }: Core) => roleOf(settings.access.sceneRole);

/** Scenes, players and the world. */
export const GAME: readonly Route[] = [
  { method: "GET", path: "/scene", class: "scene_read", access: "observer", handle: scene },
  {
    method: "POST",
    path: "/scene",
    class: "scene_write",
    access: sceneRole,
    body: sceneBody,
    handle: loadScene,
  },
  { ...general, method: "GET", path: "/players", access: "observer", handle: players },
  { ...general, method: "POST", path: "/players", access: "player", body: joinBody, handle: join },
  { ...general, method: "POST", path: "/players/resume", access: "public", body: resumeBody, handle: resume },
  { ...general, method: "GET", path: "/players/{id}", access: "player", handle: player },
  {
    ...general,
    method: "PATCH",
    path: "/players/{id}",
    access: "player",
    body: playerBody,
    handle: changePlayer,
  },
  { ...general, method: "DELETE", path: "/players/{id}", access: "operator", handle: erase },
  { ...general, method: "DELETE", path: "/players/{id}/session", access: "player", handle: leave },
  { ...general, method: "GET", path: "/world", access: "observer", handle: world },
  { ...general, method: "GET", path: "/world/objects/{id}", access: "observer", handle: object },
  {
    ...general,
    method: "PUT",
    path: "/world/objects/{id}",
    access: "player",
    body: objectBody,
    handle: putObject,
  },
  { ...general, method: "DELETE", path: "/world/objects/{id}", access: "operator", handle: removeObject },
];
