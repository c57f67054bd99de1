import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../../components/shared/environments.ts";
import type { Purpose } from "../../../policy/config.ts";
import { loadPolicyConfig } from "../../../policy/load-config.ts";
import { policyPackConfig } from "../../../policy/pack/policy-pack-config.ts";

/** The directory of the policy pack in every commit. */
const POLICY_PACK_DIRECTORY = "policy";

/**
 * Calls the body with the arguments that enable the policy pack. The pack applies the levels of a deployment; for a
 * preview, a temporary file sets the levels of a plan.
 */
export async function withPolicyPack<Result>(
  directory: string,
  environment: Environment,
  purpose: Purpose,
  body: (args: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const args = ["--policy-pack", POLICY_PACK_DIRECTORY];
  const levels = policyPackConfig(loadPolicyConfig(directory), environment, purpose);
  if (Object.keys(levels).length === 0) return body(args);
  const scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-policy-"));
  try {
    const file = join(scratch, "config.json");
    writeFileSync(file, JSON.stringify(levels), { mode: 0o600 });
    return await body([...args, "--policy-pack-config", file]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The pack of a checkout; if its commit has none, the pack of the current directory. */
export function policyPackArgs(checkout: string, directory: string): readonly string[] {
  const own = existsSync(join(checkout, POLICY_PACK_DIRECTORY, "PulumiPolicy.yaml"));
  return ["--policy-pack", own ? POLICY_PACK_DIRECTORY : join(directory, POLICY_PACK_DIRECTORY)];
}
