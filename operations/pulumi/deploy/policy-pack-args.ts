import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../../components/shared/environments.ts";
import type { Purpose } from "../../../policy/config.ts";
import { loadPolicyConfig } from "../../../policy/load-config.ts";
import { policyPackConfig } from "../../../policy/pack/policy-pack-config.ts";

/** The folder of the pack, in every commit's tree. */
const POLICY_PACK_DIRECTORY = "policy";

/**
 * Runs the body with the arguments that put the policy pack in force. The pack judges as for a deployment; for a preview that only
 * reads, a file beside the work tree tells it what is merely told in a plan.
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

/** The pack of a checkout; of one from before there was a pack, the pack of the directory that asks. */
export function policyPackArgs(checkout: string, directory: string): readonly string[] {
  const own = existsSync(join(checkout, POLICY_PACK_DIRECTORY, "PulumiPolicy.yaml"));
  return ["--policy-pack", own ? POLICY_PACK_DIRECTORY : join(directory, POLICY_PACK_DIRECTORY)];
}
