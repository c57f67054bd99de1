import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { findTool } from "../../support/tools.ts";
import { Player } from "./player.ts";
import { makeProject, type TestProject, up } from "./support.ts";

/** Players who are connected while the release changes under them. */
const PLAYERS = 20;

const ROOM = {
  GODOT_MAX_PLAYERS: 64,
  GODOT_TELEMETRY_MAX_CLIENTS: 64,
  GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE: 10_000,
};

interface Rolled {
  readonly release: string;
  readonly from: string;
  readonly sessionsMoved: number;
  readonly seconds: number;
  readonly verification: { readonly score: string };
}

const fronts = [
  ...(findTool("nginx") === undefined ? [] : [{ front: "nginx", without: [] as string[] }]),
  { front: "none", without: ["--without", "nginx,postgres,redis"] },
];

describe.each(fronts)("with $front in front", ({ front, without }) => {
  let project: TestProject;
  let players: Player[] = [];
  let releases: string[] = [];

  const ids = async (): Promise<string[]> => {
    const { stdout } = await project.run("rollback", "--list", "--json");
    return (JSON.parse(stdout) as { release: { id: string } }[]).map(({ release }) => release.id);
  };

  beforeAll(async () => {
    project = await makeProject({ variables: ROOM });
    await up(project, ...without);
    const target = JSON.parse(readFileSync(project.paths.target, "utf8")) as {
      url: string;
      telemetryUrl: string;
    };
    const where = {
      ...target,
      ca: readFileSync(join(project.paths.tls, "ca.crt")),
      token: readFileSync(join(project.paths.secrets, "api-token"), "utf8"),
    };
    players = await Promise.all(
      Array.from({ length: PLAYERS }, (_, number) => Player.join(where, `player-${number}`)),
    );
  }, 120_000);

  afterAll(async () => {
    for (const player of players) player.leave();
    await project?.remove();
  });

  const sessions = (): (string | undefined)[] => players.map(({ session }) => session);

  test("up with another release rolls onto the running one, and every session moves", async () => {
    const before = sessions();
    expect(new Set(before).size).toBe(PLAYERS);
    project.configure({ ...ROOM, GODOT_PLAYER_IDLE_TIMEOUT_SECONDS: 301 });
    const { stdout, code, stderr } = await project.run("up", "--port", String(project.port), "--json");
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    const rolled = JSON.parse(stdout) as Rolled;
    expect(rolled).toMatchObject({ sessionsMoved: PLAYERS, verification: { score: "10/10" } });
    await Promise.all(players.map((player) => player.resumed(1)));
    expect(sessions()).toEqual(before);
    releases = await ids();
    expect(releases).toEqual([rolled.release, rolled.from]);
  });

  test("rollback goes to the release that was good before, and no session is lost", async () => {
    const before = sessions();
    const { stdout, code, stderr } = await project.run("rollback", "--json");
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    const rolled = JSON.parse(stdout) as Rolled;
    expect(rolled).toMatchObject({
      release: releases[1],
      sessionsMoved: PLAYERS,
      verification: { score: "10/10" },
    });
    await Promise.all(players.map((player) => player.resumed(2)));
    expect(sessions()).toEqual(before);
    expect(players.map(({ lost }) => lost)).not.toContain(true);
    const { running } = await project.running();
    expect(running).toMatchObject({ release: releases[1], front });
  });

  test("a release that fails verification is not made current: the old one goes on with its players", async () => {
    project.configure({ ...ROOM, GODOT_JWT_ENABLED: false });
    const { code, stderr } = await project.run("up", "--port", String(project.port));
    expect(code).toBe(1);
    expect(stderr).toMatch(/is not good: \d+\/10 checks passed\. It was not made current/);
    expect((await project.running()).running).toMatchObject({ release: releases[1] });
    expect(players.map(({ connected }) => connected)).not.toContain(false);
    const history = readFileSync(project.paths.history, "utf8").trim().split("\n");
    expect(JSON.parse(history.at(-1) ?? "")).toMatchObject({ action: "up", result: "failed" });
  });
});
