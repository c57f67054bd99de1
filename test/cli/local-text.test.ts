import { expect, test } from "@jest/globals";
import { type UpMode, upText } from "../../cli/commands/local-text.ts";
import type { LocalStatus } from "../../operations/local/status.ts";

const deployed = {
  release: "r2",
  from: "r1",
  verification: { good: true, score: "10/10", seconds: 1, at: "2026-11-01T00:00:00.000Z", failures: [] },
  sessionsMoved: 0,
  seconds: 2,
};

const status = {
  state: "up",
  supervisor: { pid: 4711 },
  running: { front: "nginx", notes: [] },
} as unknown as LocalStatus;

test.each<[UpMode, string]>([
  ["foreground", "Ctrl-C closes the sessions and stops everything."],
  [
    "background",
    "It runs in the background: `npm run local -- status` shows it, `npm run local -- down` stops it.",
  ],
  [
    "already-running",
    "The running supervisor (process 4711) deployed it: `npm run local -- status` shows it, `npm run local -- down` stops it.",
  ],
])("up in mode %s says which process runs the deployment", (mode, line) => {
  const lines = upText(deployed, status, { health: undefined, mode }).trimEnd().split("\n");
  expect(lines.at(-1)).toBe(line);
});
