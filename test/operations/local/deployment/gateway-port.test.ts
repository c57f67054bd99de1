import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "@jest/globals";
import { keepGatewayPort, requireGatewayPort } from "../../../../operations/local/deployment/gateway-port.ts";
import type { Release } from "../../../../operations/local/releases/releases.ts";
import { freePort } from "../../../support/ports.ts";

const RELEASE = { id: "one", settings: { port: 30_443, drainSeconds: 1 } } as unknown as Release;

test("a rollback keeps the current gateway port, whatever port the release was created with", () => {
  const front = { port: 40_443 };
  expect(keepGatewayPort(RELEASE, "rollback", front).settings).toEqual({ port: 40_443, drainSeconds: 1 });
  expect(keepGatewayPort(RELEASE, "up", front)).toBe(RELEASE);
  expect(keepGatewayPort(RELEASE, "rollback", undefined)).toBe(RELEASE);
});

test("a changed gateway port logs a warning that no session can move; an unchanged one does not", async () => {
  const told: string[] = [];
  const tell = (level: string, words: string): void => void told.push(`${level}: ${words}`);
  const port = await freePort();
  await requireGatewayPort({ tell }, port, undefined);
  await requireGatewayPort({ tell }, port, { port });
  expect(told).toEqual([]);
  await requireGatewayPort({ tell }, port, { port: 1 });
  expect(told).toEqual([
    expect.stringMatching(`^warning: the gateway port changes from 1 to ${port}: no session`),
  ]);
});

test("a gateway port that another process uses is rejected before anything is started", async () => {
  const port = await freePort();
  const holder = createServer().listen(port, "127.0.0.1");
  await once(holder, "listening");
  const entrance = requireGatewayPort({ tell: () => undefined }, port, { port: 1 });
  await expect(entrance).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringMatching("is in use by"),
  });
  holder.close();
});
