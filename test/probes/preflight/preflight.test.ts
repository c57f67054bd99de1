import { expect, test } from "@jest/globals";
import type { CheckContext } from "../../../probes/check-context.ts";
import { PREFLIGHT } from "../../../probes/preflight/index.ts";
import type { PlatformState } from "../../../probes/sources/platform.ts";

const HEALTHY: PlatformState = {
  version: "v1.36.1",
  nodes: [{ name: "a", ready: true, schedulable: true }],
  storageClasses: [{ name: "fast", isDefault: true, allowsExpansion: true }],
};

async function outcomesOf(
  platform: PlatformState | undefined,
  storageClass?: string,
): Promise<Record<string, string>> {
  const context = {
    target: { expected: { storageClass } },
    ...(platform === undefined ? {} : { platform: async () => platform }),
  } as unknown as CheckContext;
  const results = await Promise.all(
    PREFLIGHT.map(async (check) => [check.name, await check.run(context)] as const),
  );
  return Object.fromEntries(
    results.map(([name, { findings }]) => [name, Object.values(findings)[0]?.outcome ?? "none"]),
  );
}

test("a healthy cluster passes", async () => {
  expect(await outcomesOf(HEALTHY)).toEqual({
    "platform-ready": "pass",
    "cluster-version": "pass",
    "storage-class": "pass",
  });
  expect((await outcomesOf(HEALTHY, "fast"))["storage-class"]).toBe("pass");
});

test.each([
  ["no node", "platform-ready", { nodes: [] }],
  [
    "a node that is not ready",
    "platform-ready",
    { nodes: [...HEALTHY.nodes, { name: "b", ready: false, schedulable: true }] },
  ],
  ["only cordoned nodes", "platform-ready", { nodes: [{ name: "a", ready: true, schedulable: false }] }],
  ["an old version", "cluster-version", { version: "v1.33.9" }],
  ["no version", "cluster-version", { version: "" }],
  ["no storage class", "storage-class", { storageClasses: [] }],
  [
    "a storage class without expansion",
    "storage-class",
    { storageClasses: [{ name: "fast", isDefault: true, allowsExpansion: false }] },
  ],
])("%s fails %s", async (_, check, change) => {
  expect((await outcomesOf({ ...HEALTHY, ...change }))[check]).toBe("fail");
});

test("another storage class than the configured one fails", async () => {
  expect((await outcomesOf(HEALTHY, "slow"))["storage-class"]).toBe("fail");
});

test("without a cluster nothing is judged", async () => {
  expect(Object.values(await outcomesOf(undefined))).toEqual(PREFLIGHT.map(() => "not-applicable"));
});
