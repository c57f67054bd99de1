import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "@jest/globals";
import { keepGatewayPort, requireGatewayPort } from "../../../../operations/local/deployment/gateway-port.ts";
import type { Release } from "../../../../operations/local/releases/releases.ts";
import { freePort } from "../../../support/ports.ts";

const RELEASE = { id: "one", settings: { port: 30_443, drainSeconds: 1 } } as unknown as Release;

test("a rollback keeps the current gateway port, whatever port the release was created with", () => {
  const gateway = { port: 40_443 };
  expect(keepGatewayPort(RELEASE, "rollback", gateway).settings).toEqual({ port: 40_443, drainSeconds: 1 });
  expect(keepGatewayPort(RELEASE, "up", gateway)).toBe(RELEASE);
  expect(keepGatewayPort(RELEASE, "rollback", undefined)).toBe(RELEASE);
});

test("a changed gateway port logs a warning that no session can move; an unchanged one does not", async () => {
  const logged: string[] = [];
  const log = (level: string, message: string): void => void logged.push(`${level}: ${message}`);
  const port = await freePort();
  await requireGatewayPort({ log }, port, undefined);
  await requireGatewayPort({ log }, port, { port });
  expect(logged).toEqual([]);
  await requireGatewayPort({ log }, port, { port: 1 });
  expect(logged).toEqual([
    expect.stringMatching(`^warning: the gateway port changes from 1 to ${port}: no session`),
  ]);
});

test("a gateway port that another process uses is rejected before anything is started", async () => {
  const port = await freePort();
  const holder = createServer().listen(port, "127.0.0.1");
  await once(holder, "listening");
  const check = requireGatewayPort({ log: () => undefined }, port, { port: 1 });
  await expect(check).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringMatching("is in use by"),
  });
  holder.close();
});
