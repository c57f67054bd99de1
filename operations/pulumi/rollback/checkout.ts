import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCheckout } from "../../../plan/git/worktree.ts";
import { OperationError } from "../../errors.ts";
import { lockfileDigest, restoreDependencyBundle } from "../deploy/dependency-bundle.ts";
import type { RecordStore } from "../state/record-store.ts";

/** The checked-out program of an earlier update. */
export interface CheckedOutProgram {
  /** The directory of Pulumi.yaml in the checkout. */
  readonly directory: string;
  /** Path of its stack file, outside the checkout, so that the work tree stays clean. */
  readonly stackFile: string;
  /** The source of its packages, for the operator. */
  readonly packages: string;
}

interface CheckoutOptions {
  readonly directory: string;
  readonly environment: string;
  readonly commit: string;
  /** SHA-256 of the package-lock.json of that commit. */
  readonly lockfile: string;
  readonly stackFile: string;
  readonly store: RecordStore;
}

/** Calls the body with a checkout of a commit and the packages of its lockfile, and always removes the checkout. */
export async function withCheckout<Result>(
  args: CheckoutOptions,
  body: (program: CheckedOutProgram) => Promise<Result>,
): Promise<Result> {
  const checkout = createCheckout(args.directory, args.commit);
  const scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-rollback-"));
  try {
    const stackFile = join(scratch, `Pulumi.${args.environment}.yaml`);
    writeFileSync(stackFile, args.stackFile, { mode: 0o600 });
    const packages = await installPackages(args, checkout.directory);
    return await body({ directory: checkout.directory, stackFile, packages });
  } finally {
    checkout.remove();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The checkout is below the product, so that Node finds the product's packages if the lockfile is the same. */
async function installPackages(
  { directory, lockfile, store }: CheckoutOptions,
  checkout: string,
): Promise<string> {
  if (readLockfileDigest(directory) === lockfile && existsSync(join(directory, "node_modules"))) {
    return "the packages installed here: the lockfile is the same";
  }
  if (await restoreDependencyBundle(store, lockfile, checkout))
    return "the packages that `up` saved next to the state";
  await runNpmCi(checkout);
  return "the npm registry: no bundle of these packages was saved for this platform";
}

function readLockfileDigest(directory: string): string | undefined {
  const path = join(directory, "package-lock.json");
  return existsSync(path) ? lockfileDigest(readFileSync(path, "utf8")) : undefined;
}

function runNpmCi(directory: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const args = ["ci", "--ignore-scripts", "--omit=dev", "--prefer-offline", "--no-audit", "--no-fund"];
  const child = spawn("npm", args, {
    cwd: directory,
    stdio: ["ignore", "ignore", "pipe"],
    windowsHide: true,
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    stderr += chunk;
  });
  const failed = (reason: string) =>
    reject(
      new OperationError(3, {
        subject: "the packages of that commit",
        rule: `were not saved next to the state, and cannot be installed: ${reason}`,
        remedy:
          "Run it where the npm registry can be reached, or roll back to an update with the current lockfile.",
      }),
    );
  child.on("error", (error) => failed(error.message));
  child.on("close", (status) => (status === 0 ? resolve() : failed(stderr.trim().split("\n").at(-1) ?? "")));
  return promise;
}
