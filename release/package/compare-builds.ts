import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { hashFile } from "../../components/shared/hash-file.ts";
import { OperationError } from "../../operations/errors.ts";
import { packageName } from "./package-layout.ts";

/** What is built again. */
interface SecondBuildOptions {
  readonly version: string;
  readonly exportDirectory: string;
  readonly image: string | undefined;
  /** The directory of the first build. */
  readonly out: string;
  readonly root: string;
  readonly directory: string;
  readonly allowChanges: boolean;
}

/** A time zone, a locale and a umask that hardly any machine has, so that a dependence on them shows. */
const OTHER_ENVIRONMENT = { TZ: "Pacific/Chatham", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" };
const OTHER_UMASK = 0o077;

/**
 * Builds a release again in a separate process, in another directory, time zone, locale and umask, and compares the archives.
 * @throws OperationError if the build fails or an archive differs.
 */
export async function compareSecondBuild(options: SecondBuildOptions): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), `spacetime-vr-second-build-${randomBytes(2).toString("hex")}-`));
  try {
    const out = join(scratch, "release");
    await buildAgain(options, out);
    const name = packageName(options.version);
    for (const file of [`${name}.tar.gz`, `${name}.zip`]) {
      const [first, second] = await Promise.all([
        hashFile(join(options.out, file)),
        hashFile(join(out, file)),
      ]);
      if (first !== second) throw differenceError(file, first, second);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function buildAgain(options: SecondBuildOptions, out: string): Promise<void> {
  const { version, exportDirectory, image, root, directory, allowChanges } = options;
  const main = join(root, "cli", "main.ts");
  const more = [
    ...(image === undefined ? [] : ["--image", image]),
    ...(allowChanges ? ["--allow-changes"] : []),
  ];
  const args = [main, "release", "build", version, "--export", exportDirectory, "--out", out, ...more];
  const umask = process.umask(OTHER_UMASK);
  const env = { ...process.env, ...OTHER_ENVIRONMENT };
  const child = spawn(process.execPath, args, { cwd: directory, env, stdio: ["ignore", "ignore", "pipe"] });
  process.umask(umask);
  const [messages, [exitCode]] = await Promise.all([
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  if (exitCode === 0 && existsSync(out)) return;
  throw new OperationError(1, {
    subject: "the second build",
    rule: `failed: ${messages.trim()}`,
    remedy: "Build again without --twice to see whether the first build succeeds too.",
  });
}

function differenceError(file: string, first: string, second: string): OperationError {
  return new OperationError(1, {
    subject: file,
    rule: `is not reproducible: the builds have the digests ${first} and ${second}`,
    remedy: "Compare the MANIFEST.json of both archives to find the file that differs.",
  });
}
