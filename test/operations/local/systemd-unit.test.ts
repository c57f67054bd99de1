import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { renderSystemdUnit } from "../../../operations/local/systemd-unit.ts";
import { describeWithTool } from "../../support/tools.ts";

const options = { project: tmpdir(), root: "/opt/spacetime-vr", node: process.execPath, build: undefined };

const directive = (unit: string, name: string): string | undefined =>
  unit.match(new RegExp(`^${name}=(.*)$`, "m"))?.[1];

test("the system unit runs as its own account, can write only its state directory and cannot gain privileges", () => {
  const unit = renderSystemdUnit({ ...options, project: "/srv/spacetime-vr", user: false });
  expect(directive(unit, "User")).toBe("spacetime-vr");
  expect(directive(unit, "ReadWritePaths")).toBe("/srv/spacetime-vr");
  expect(directive(unit, "ProtectSystem")).toBe("strict");
  expect(directive(unit, "NoNewPrivileges")).toBe("yes");
  expect(directive(unit, "CapabilityBoundingSet")).toBe("");
  expect(directive(unit, "KillMode")).toBe("mixed");
  expect(directive(unit, "Restart")).toBe("on-failure");
  // Node compiles code at run time, so this directive would make it fail at startup.
  expect(directive(unit, "MemoryDenyWriteExecute")).toBeUndefined();
});

test("the user unit has no directive that requires the system manager", () => {
  const unit = renderSystemdUnit({ ...options, user: true });
  for (const name of ["User", "CapabilityBoundingSet", "ProtectSystem", "PrivateDevices"]) {
    expect(directive(unit, name)).toBeUndefined();
  }
  expect(directive(unit, "WantedBy")).toBe("default.target");
});

test("characters that systemd interprets are escaped in paths", () => {
  const unit = renderSystemdUnit({ ...options, project: "/srv/a", root: "/opt/50% $HOME", user: false });
  expect(directive(unit, "ExecStart")).toContain('"/opt/50%% $$HOME/cli/main.ts" local up');
});

describeWithTool("systemd-analyze", "systemd-analyze verify", (analyze) => {
  test.each([false, true])("accepts the unit (user unit: %s) without a warning", (user) => {
    const directory = mkdtempSync(join(tmpdir(), "spacetime-vr-unit-"));
    try {
      const file = join(directory, "spacetime-vr.service");
      writeFileSync(file, renderSystemdUnit({ ...options, project: directory, user }));
      const { status, stderr } = spawnSync(
        analyze,
        ["verify", ...(user ? ["--user"] : []), "--man=no", file],
        {
          encoding: "utf8",
          env: { ...process.env, XDG_RUNTIME_DIR: directory },
        },
      );
      // Other units of this machine may have problems; only this unit is tested.
      const ours = stderr.split("\n").filter((line) => line.includes("spacetime-vr.service"));
      expect({ ours, status: ours.length === 0 ? 0 : status }).toEqual({ ours: [], status: 0 });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
