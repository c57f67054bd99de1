import { spawnSync } from "node:child_process";
import { describe, test } from "@jest/globals";
import type { Plan } from "../../../plan/plan.ts";
import { findTool, isRequired } from "../../support/tools.ts";

/** The harness's report of a plan. */
export interface MotoReport {
  /** The number of created resources by type. */
  readonly tried: Readonly<Record<string, number>>;
  /** Calls that moto does not implement; they were still validated against the service's model. */
  readonly unsupported: readonly string[];
  readonly problems: readonly string[];
  readonly state: {
    readonly subnets: readonly (readonly [zone: string, cidr: string])[];
    readonly log_retention: Readonly<Record<string, number>>;
    readonly attached_policies: Readonly<Record<string, readonly string[]>>;
  };
}

function pythonWithMoto(): string | undefined {
  const python = findTool("python3");
  if (python === undefined) return undefined;
  const { status } = spawnSync(python, ["-c", "import boto3, moto"], { stdio: "ignore" });
  return status === 0 ? python : undefined;
}

/** Tests that require moto: `pip install "moto[all]"` in the environment whose `python3` is first on PATH. */
export function describeWithMoto(
  title: string,
  body: (reports: (plans: readonly Plan[]) => MotoReport[]) => void,
): void {
  const python = pythonWithMoto();
  describe(title, () => {
    if (python !== undefined) {
      body((plans) => runMoto(python, plans));
    } else if (isRequired("moto")) {
      test("requires moto", () => {
        throw new Error(
          "python3 cannot import moto, and REQUIRE_TOOLS asks for it. Install it or name fewer tools.",
        );
      });
    } else {
      test.skip("skipped: moto is not installed", () => undefined);
    }
  });
}

/** Loading all AWS policies and service models takes seconds, and longer on a busy machine. */
export const MOTO_TIMEOUT = 180_000;

function runMoto(python: string, plans: readonly Plan[]): MotoReport[] {
  const { status, stdout, stderr } = spawnSync(python, ["test/e2e/moto/main.py"], {
    input: JSON.stringify(plans),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    timeout: MOTO_TIMEOUT,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (status !== 0) throw new Error(`The moto harness ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as MotoReport[];
}
