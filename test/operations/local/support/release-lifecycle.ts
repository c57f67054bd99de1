import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { identifyProcess } from "../../../../operations/local/processes/process-identity.ts";
import { listRollbackReleases } from "../../../../operations/local/rollback.ts";
import { Player } from "./player.ts";
import { createTestProject, type TestProject, up } from "./test-project.ts";

const PLAYER_LIMITS = {
  GODOT_MAX_PLAYERS: 64,
  GODOT_TELEMETRY_MAX_CLIENTS: 64,
  GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE: 10_000,
};

interface DeployResult {
  readonly release: string;
  readonly from: string;
  readonly sessionsMoved: number;
  readonly seconds: number;
  readonly verification: { readonly score: string };
}

interface ReleaseLifecycleOptions {
  readonly gateway: "nginx" | "none";
  /** Excluded services, as the value of --without. */
  readonly without?: string;
  /** Number of connected players during the release changes. */
  readonly players: number;
}

/** Tests the life cycle of a deployment with players: up, another release, rollback, a failing release, down. */
export function describeReleaseLifecycle(
  title: string,
  { gateway, without, players: count }: ReleaseLifecycleOptions,
): void {
  describe(title, () => {
    let project: TestProject;
    let players: Player[] = [];
    let releases: string[] = [];

    beforeAll(async () => {
      project = await createTestProject({ variables: PLAYER_LIMITS });
      const { stdout } = await up(project, ...(without === undefined ? [] : ["--without", without]));
      expect(stdout).toContain("verified 10/10");
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
        Array.from({ length: count }, (_, number) => Player.join(where, `player-${number}`)),
      );
    }, 120_000);

    afterAll(async () => {
      for (const player of players) player.leave();
      await project?.remove();
    });

    const sessions = (): (string | undefined)[] => players.map(({ session }) => session);

    test("up without a change verifies the active release and moves no session", async () => {
      const before = (await project.running()).running;
      const { stdout } = await up(project);
      const after = (await project.running()).running;
      expect(stdout).toContain("is unchanged and active");
      expect(after.release).toBe(before.release);
      const server = (state: typeof before) =>
        state.processes.find(({ name }) => name.startsWith("server"))?.pid;
      expect(server(after)).toBe(server(before));
      expect(players.every((player) => player.connected)).toBe(true);
    }, 60_000);

    test("up with another release replaces the running server, and every session moves", async () => {
      const before = sessions();
      expect(new Set(before).size).toBe(count);
      project.configure({ ...PLAYER_LIMITS, GODOT_PLAYER_IDLE_TIMEOUT_SECONDS: 301 });
      const { stdout, code, stderr } = await project.run("up", "--json");
      expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
      const rolled = JSON.parse(stdout) as DeployResult;
      expect(rolled).toMatchObject({ sessionsMoved: count, verification: { score: "10/10" } });
      await Promise.all(players.map((player) => player.resumed(1)));
      expect(sessions()).toEqual(before);
      releases = listRollbackReleases(project.directory).map(({ release }) => release.id);
      expect(releases).toEqual([rolled.release, rolled.from]);
    });

    test("rollback returns to the previously verified release, and no session is lost", async () => {
      const before = sessions();
      const { stdout, code, stderr } = await project.run("rollback", "--json");
      expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
      const rolled = JSON.parse(stdout) as DeployResult;
      expect(rolled).toMatchObject({
        release: releases[1],
        sessionsMoved: count,
        verification: { score: "10/10" },
      });
      await Promise.all(players.map((player) => player.resumed(2)));
      expect(sessions()).toEqual(before);
      expect(players.map(({ lost }) => lost)).not.toContain(true);
      const { running } = await project.running();
      expect(running).toMatchObject({ release: releases[1], gateway, ports: { gateway: project.port } });
    });

    test("a release that fails verification does not become current: the old one keeps its players", async () => {
      project.configure({ ...PLAYER_LIMITS, GODOT_JWT_ENABLED: false });
      const { code, stderr } = await project.run("up");
      expect(code).toBe(1);
      expect(stderr).toMatch(/failed verification: \d+\/10 checks passed\. It did not become current/);
      expect((await project.running()).running).toMatchObject({ release: releases[1] });
      expect(players.map(({ connected }) => connected)).not.toContain(false);
      const history = readFileSync(project.paths.history, "utf8").trim().split("\n");
      expect(JSON.parse(history.at(-1) ?? "")).toMatchObject({ action: "up", result: "failed" });
    });

    test("down ends every process and keeps the current release for the next start", async () => {
      const { running } = await project.running();
      for (const player of players) player.leave();
      expect(await project.run("down")).toMatchObject({ code: 0, stderr: "" });
      expect(
        running.processes.flatMap(({ pid }) => (pid === undefined ? [] : (identifyProcess(pid) ?? []))),
      ).toEqual([]);
      expect(await project.status()).toMatchObject({ state: "down", current: { release: releases[1] } });
    });
  });
}
