import { expect, test } from "@jest/globals";
import type { CheckContext } from "../../../probes/check-context.ts";
import { HISTORY } from "../../../probes/history/index.ts";
import { findRestorePoint } from "../../../probes/history/restore-point.ts";
import { evaluateFieldManagers } from "../../../probes/history/steps-recorded.ts";
import type { RecordedUpdate, UpdateHistory } from "../../../probes/history/update-history.ts";
import type { ManagedObject } from "../../../probes/sources/field-managers.ts";
import {
  pointsFromJobs,
  pointsFromSnapshots,
  type RestorePoints,
} from "../../../probes/sources/restore-points.ts";

const update: RecordedUpdate = {
  id: "20261128T100000Z",
  kind: "up",
  commit: "a".repeat(40),
  dirty: false,
  verdict: "good",
  summary: "10 of 10 checks passed",
  startedAt: "2026-11-28T10:00:00Z",
  startedBy: "ada@example.org",
  reason: undefined,
  withdrawn: false,
  complete: true,
};

const object: ManagedObject = {
  object: "Deployment spacetime/game-server",
  managers: [
    { name: "pulumi-kubernetes-1a2b3c" },
    { name: "kube-controller-manager", subresource: "status" },
    { name: "kubectl", subresource: "scale" },
  ],
};

const points: RestorePoints = {
  kind: "read",
  points: [
    { name: "before-2-4-0", completedAt: "2026-11-20T10:00:00Z" },
    { name: "before-2-5-0", completedAt: "2026-11-28T09:55:00Z" },
  ],
};

interface Sources {
  readonly history?: UpdateHistory | undefined;
  readonly objects?: readonly ManagedObject[];
  readonly restorePoints?: RestorePoints;
}

async function verdictsOf({ history, objects = [object], restorePoints = points }: Sources) {
  const context = {
    target: {},
    ...(history === undefined ? {} : { history: async () => history }),
    fieldManagers: async () => objects,
    restorePoints: async () => restorePoints,
  } as unknown as CheckContext;
  return Promise.all(HISTORY.map(async (check) => [check.name, await check.run(context)] as const));
}

/** Everything that did not pass. */
async function problemsOf(sources: Sources): Promise<string[]> {
  return (await verdictsOf(sources)).flatMap(([name, { findings }]) =>
    Object.entries(findings).flatMap(([finding, { outcome }]) =>
      outcome === "pass" ? [] : [`${name} ${finding} ${outcome}`],
    ),
  );
}

const withUpdates = (...updates: readonly RecordedUpdate[]): UpdateHistory => ({
  updates,
  commit: "a".repeat(40),
  stackUpdates: updates.map(({ id }) => ({ id, message: "" })),
});

test("a verified update of this commit passes every check, and its start, operator and restore point are recorded", async () => {
  expect(await problemsOf({ history: withUpdates(update) })).toEqual([]);
  const measured = Object.fromEntries(
    (await verdictsOf({ history: withUpdates(update) })).map(([name, result]) => [name, result.measured]),
  );
  expect(measured).toMatchObject({
    started: { started_at: "2026-11-28T10:00:00Z", operator: "ada@example.org" },
    "restore-point": { name: "before-2-5-0", completed_at: "2026-11-28T09:55:00Z" },
    "rollback-recorded": { rolled_back: false },
  });
});

test("no update, a failed one and one of another commit fail", async () => {
  expect(await problemsOf({ history: withUpdates() })).toEqual([
    "started recorded fail",
    "completed verified fail",
    "completed same-release fail",
    "policy-passed passed fail",
    "steps-recorded in-ledger not-applicable",
    "restore-point named not-applicable",
    "rollback-target verified fail",
    "rollback-target deployable fail",
    "rollback-recorded recorded fail",
  ]);
  expect(await problemsOf({ history: withUpdates(update, { ...update, verdict: "bad" }) })).toEqual([
    "completed verified fail",
    "policy-passed passed fail",
  ]);
  expect(await problemsOf({ history: withUpdates({ ...update, commit: "b".repeat(40) }) })).toEqual([
    "completed same-release fail",
  ]);
  expect(await problemsOf({ history: withUpdates({ ...update, dirty: true }) })).toEqual([
    "completed same-release fail",
  ]);
});

test("an update that was rolled back from, or is incomplete, is no rollback target", async () => {
  expect(await problemsOf({ history: withUpdates({ ...update, withdrawn: true }) })).toEqual([
    "rollback-target verified fail",
    "rollback-target deployable fail",
  ]);
  expect(await problemsOf({ history: withUpdates({ ...update, complete: false }) })).toEqual([
    "rollback-target deployable fail",
  ]);
});

test("an update without an operator, and a rollback without a reason, fail", async () => {
  expect(await problemsOf({ history: withUpdates({ ...update, startedBy: undefined }) })).toEqual([
    "started recorded fail",
  ]);
  const rollback: RecordedUpdate = { ...update, kind: "rollback" };
  expect(await problemsOf({ history: withUpdates(rollback) })).toEqual(["rollback-recorded recorded fail"]);
  expect(await problemsOf({ history: withUpdates({ ...rollback, reason: "frame rate" }) })).toEqual([]);
});

test("an update with `pulumi up` alone fails, because it is not in the ledger", async () => {
  const history = withUpdates(update);
  const stackUpdates = [...(history.stackUpdates ?? []), { id: "20261128T110000Z", message: "by hand" }];
  expect(await problemsOf({ history: { ...history, stackUpdates } })).toEqual([
    "steps-recorded in-ledger fail",
  ]);
  expect(await problemsOf({ history: { ...history, stackUpdates: undefined } })).toEqual([
    "steps-recorded in-ledger not-applicable",
  ]);
});

test("an object that was changed with kubectl fails, and names the object and the client", async () => {
  const edited: ManagedObject = {
    ...object,
    managers: [...object.managers, { name: "kubectl-edit", time: "2026-11-28T10:30:00Z" }],
  };
  const verdicts = await verdictsOf({ history: withUpdates(update), objects: [edited] });
  const found = verdicts.find(([name]) => name === "steps-recorded")?.[1].findings["no-manual-change"];
  expect(found).toMatchObject({
    outcome: "fail",
    seen: "Deployment spacetime/game-server by kubectl-edit at 2026-11-28T10:30:00Z",
  });
});

test("a client that took over the only field of a planned object is found, too", () => {
  const taken: ManagedObject = {
    object: "ConfigMap spacetime/settings",
    managers: [{ name: "kubectl-patch" }],
  };
  const planned = [{ kind: "ConfigMap", metadata: { name: "settings", namespace: "spacetime" } }];
  expect(evaluateFieldManagers([object, taken])).toEqual({ outcome: "pass" });
  expect(evaluateFieldManagers([object, taken], planned)).toMatchObject({
    outcome: "fail",
    seen: "ConfigMap spacetime/settings by kubectl-patch",
  });
});

test("without an object of Pulumi no manual change can be found", async () => {
  const foreign: ManagedObject = { ...object, managers: [{ name: "kubectl-client-side-apply" }] };
  expect(await problemsOf({ history: withUpdates(update), objects: [foreign] })).toEqual([
    "steps-recorded no-manual-change not-applicable",
  ]);
});

test.each([
  ["none", { kind: "read", points: [] }, "fail"],
  ["one from the day before", { kind: "read", points: points.points.slice(0, 1) }, "fail"],
  [
    "one after the update",
    { kind: "read", points: [{ name: "late", completedAt: "2026-11-28T10:10:00Z" }] },
    "fail",
  ],
  [
    "those of an external database",
    { kind: "unknown", reason: "an external database is backed up by its owner" },
    "not-applicable",
  ],
] satisfies [string, RestorePoints, string][])(
  "a restore point is required immediately before the update, not %s",
  async (_, restorePoints, outcome) => {
    expect(await problemsOf({ history: withUpdates(update), restorePoints })).toEqual([
      `restore-point named ${outcome}`,
    ]);
  },
);

test("the newest restore point before the update counts", () => {
  expect(findRestorePoint(points.kind === "read" ? points.points : [], update.startedAt)?.name).toBe(
    "before-2-5-0",
  );
});

test("only finished backups of the database, and only available snapshots, are restore points", () => {
  const job = (name: string, type: string) => ({
    metadata: { name },
    status: { completionTime: "2026-11-28T09:00:00Z", conditions: [{ type, status: "True" }] },
  });
  const items = [
    job("postgres-backup-1", "Complete"),
    job("postgres-backup-2", "Failed"),
    job("postgres-restore-drill-1", "Complete"),
    job("redis-backup-1", "Complete"),
  ];
  expect(pointsFromJobs({ items }).map(({ name }) => name)).toEqual(["postgres-backup-1"]);
  const snapshot = (name: string, Status: string) => ({
    DBSnapshotIdentifier: name,
    Status,
    SnapshotCreateTime: "2026-11-28T09:00:00Z",
  });
  const DBSnapshots = [snapshot("before-2-5-0", "available"), snapshot("next", "creating")];
  expect(pointsFromSnapshots({ DBSnapshots }).map(({ name }) => name)).toEqual(["before-2-5-0"]);
});

test("without a ledger nothing of the history is judged", async () => {
  const problems = await problemsOf({ history: undefined });
  expect(problems).toHaveLength(9);
  expect(problems.every((one) => one.endsWith("not-applicable"))).toBe(true);
});
