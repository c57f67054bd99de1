import { mintFailedVerdict, mintToken, missingTokenVerdict } from "../access-token.ts";
import { defineCheck, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import type { HttpResponse } from "../client/http.ts";
import { describeResponse, joinedBody, objectBody, parseBody, playerBody } from "../contract.ts";

const PLAYER_NAME = "spacetime-vr-probe";

function requirePersisted(isPersisted: boolean, subject: string, response: HttpResponse): Verdict {
  return passIf(isPersisted, {
    reason: `${subject} was not stored.`,
    expected: "the data that was written",
    seen: describeResponse(response),
    remedy: "Check the database in the response of /ready, and read the server's log for failed statements.",
  });
}

export const playerState = defineCheck({
  suite: "features",
  name: "player-state",
  title: "Player state can be written and read, survives a new session and can be deleted.",
  findings: ["read-back", "persistent", "erased"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined)
      return { findings: { "read-back": missing, persistent: missing, erased: missing } };
    const { http, run } = context;
    const id = `${run}-p`;
    const { token, reply } = await mintToken(context, "player", id);
    if (token === undefined) {
      const none = mintFailedVerdict(reply);
      return { findings: { "read-back": none, persistent: none, erased: none } };
    }
    try {
      const joined = await http("/players", {
        method: "POST",
        auth: token,
        body: { name: PLAYER_NAME, data: { mark: run } },
      });
      const changed = await http(`/players/${id}`, {
        method: "PATCH",
        auth: token,
        body: { data: { mark: run, step: 2 } },
      });
      const read = await http(`/players/${id}`, { auth: token });
      const left = await http(`/players/${id}/session`, { method: "DELETE", auth: token });
      const rejoined = await http("/players", { method: "POST", auth: token, body: { name: PLAYER_NAME } });
      const hasChange = (response: HttpResponse, status: number): boolean =>
        parseBody(response, playerBody, status)?.player.data.step === 2;
      const isWritten = parseBody(joined, joinedBody, 201) !== undefined && changed.status === 200;
      return {
        findings: {
          "read-back": requirePersisted(
            isWritten && hasChange(read, 200),
            "A player's state",
            isWritten ? read : joined,
          ),
          persistent: requirePersisted(
            left.status === 204 && hasChange(rejoined, 201),
            "A player's state after leaving",
            rejoined,
          ),
          erased: await evaluateErasure(context, id),
        },
      };
    } finally {
      await deleteIgnoringErrors(context, `/players/${id}`);
    }
  },
});

/** Deletes the player as an operator would on a player's request. */
async function evaluateErasure({ http }: CheckContext, id: string): Promise<Verdict> {
  await http(`/players/${id}/session`, { method: "DELETE" });
  const erased = await http(`/players/${id}`, { method: "DELETE" });
  const after = await http(`/players/${id}`);
  return passIf(erased.status === 204 && after.status === 404, {
    reason: "A player's data cannot be deleted.",
    expected: "204, then 404",
    seen: `${erased.status}, then ${after.status}`,
    remedy: `Remove the player ${id} manually: this check created it.`,
  });
}

/** Removes the data of a check, also after a failure. */
async function deleteIgnoringErrors({ http }: CheckContext, path: string): Promise<void> {
  await http(path, { method: "DELETE" }).catch(() => undefined);
}

export const worldState = defineCheck({
  suite: "features",
  name: "world-state",
  title: "World objects are shared between players, versioned and can be deleted.",
  findings: ["shared", "versioned", "removed"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { shared: missing, versioned: missing, removed: missing } };
    const { http, run } = context;
    const path = `/world/objects/${run}-w`;
    const [builder, finder] = await Promise.all([
      mintToken(context, "player", `${run}-a`),
      mintToken(context, "player", `${run}-b`),
    ]);
    if (builder.token === undefined || finder.token === undefined) {
      const none = mintFailedVerdict(builder.token === undefined ? builder.reply : finder.reply);
      return { findings: { shared: none, versioned: none, removed: none } };
    }
    const body = (step: number) => ({ kind: "probe", position: [0, 0, 0], data: { mark: run, step } });
    try {
      const made = await http(path, { method: "PUT", auth: builder.token, body: body(1) });
      const found = await http(path, { auth: finder.token });
      const changed = await http(path, { method: "PUT", auth: finder.token, body: body(2) });
      const [first, second] = [parseBody(found, objectBody), parseBody(changed, objectBody)];
      const removed = await http(path, { method: "DELETE" });
      const after = await http(path);
      return {
        findings: {
          shared: requirePersisted(
            made.status === 201 && first?.data.mark === run,
            "A world object of a player",
            found,
          ),
          versioned: requirePersisted(
            first !== undefined &&
              second !== undefined &&
              second.version > first.version &&
              second.data.step === 2,
            "A change to a world object",
            changed,
          ),
          removed: passIf(removed.status === 204 && after.status === 404, {
            reason: "A world object cannot be deleted.",
            expected: "204, then 404",
            seen: `${removed.status}, then ${after.status}`,
            remedy: `Remove the object ${run}-w manually: this check created it.`,
          }),
        },
      };
    } finally {
      await deleteIgnoringErrors(context, path);
    }
  },
});
