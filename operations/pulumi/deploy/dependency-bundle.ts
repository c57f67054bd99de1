import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashFile } from "../../../components/shared/hash-file.ts";
import { OperationError } from "../../errors.ts";
import type { RecordStore } from "../state/record-store.ts";

/** SHA-256 of package-lock.json, independent of its line endings. */
export function lockfileDigest(text: string): string {
  return createHash("sha256").update(text.replaceAll("\r\n", "\n")).digest("hex");
}

/** Packages with native parts differ between platforms. */
export function dependencyBundleKey(digest: string): string {
  return `bundles/${digest}-${process.platform}-${process.arch}.tar.gz`;
}

/** Packages that contain Node itself: they are half of the bundle, and a rollback already runs on a Node. */
const NODE_PACKAGES = /^node_modules\/node-(linux|win|darwin)-/;

interface Lockfile {
  readonly packages?: Readonly<Record<string, { readonly dev?: boolean }>>;
}

/** The directories below node_modules that the program needs at run time. */
export function listBundledPackages(lockfile: string): string[] {
  const { packages = {} } = JSON.parse(lockfile) as Lockfile;
  return Object.entries(packages)
    .filter(([path, { dev }]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && dev !== true)
    .map(([path]) => path)
    .filter((path) => !NODE_PACKAGES.test(path));
}

/**
 * Saves the installed packages next to the state, once per lockfile, so that a rollback needs no registry.
 * @returns whether they were written.
 */
export async function saveDependencyBundle(store: RecordStore, directory: string): Promise<boolean> {
  const lockfile = readFileSync(join(directory, "package-lock.json"), "utf8");
  const key = dependencyBundleKey(lockfileDigest(lockfile));
  if (await store.has(`${key}.sha256`)) return false;
  const packages = listBundledPackages(lockfile).filter((path) => existsSync(join(directory, path)));
  const scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-bundle-"));
  try {
    const [list, archive] = [join(scratch, "packages"), join(scratch, "bundle.tar.gz")];
    writeFileSync(list, `${packages.join("\n")}\n`);
    await runTar(["-czf", archive, "-C", directory, "-T", list]);
    await store.writeFile(key, archive);
    // The digest is written last, so that a bundle with a digest is complete.
    await store.write(`${key}.sha256`, `${await hashFile(archive)}\n`);
    return true;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Extracts the packages of a lockfile into a directory; returns false if no bundle exists for this platform. */
export async function restoreDependencyBundle(
  store: RecordStore,
  digest: string,
  into: string,
): Promise<boolean> {
  const key = dependencyBundleKey(digest);
  const expected = (await store.read(`${key}.sha256`))?.trim();
  if (expected === undefined) return false;
  const scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-bundle-"));
  try {
    const archive = join(scratch, "bundle.tar.gz");
    await store.readFile(key, archive);
    if ((await hashFile(archive)) !== expected) {
      throw new OperationError(1, {
        subject: `the dependency bundle ${key}`,
        rule: "does not match its recorded digest",
        remedy: `Delete it next to the state (${store.location}); \`npm ci\` in a checkout of the commit installs its packages again.`,
      });
    }
    await runTar(["-xzf", archive, "-C", into]);
    return true;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function runTar(args: readonly string[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn("tar", args, { stdio: ["ignore", "ignore", "pipe"], windowsHide: true });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    stderr += chunk;
  });
  child.on("error", reject);
  child.on("close", (status) => {
    if (status === 0) resolve();
    else reject(new Error(`tar ended with ${status}: ${stderr.trim().split("\n").at(-1) ?? ""}`));
  });
  return promise;
}
