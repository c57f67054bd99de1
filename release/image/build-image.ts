import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { InputError, MissingToolError } from "../../components/shared/errors.ts";
import { OperationError } from "../../operations/errors.ts";
import { findProgram } from "../../operations/find-program.ts";
import { isReleaseVersion } from "../package/package-layout.ts";

/** How an image is built. */
export interface ImageOptions {
  /** The Linux executable of the export; its `.pck` is next to it, unless it is embedded. */
  readonly executable: string;
  readonly version: string;
  readonly commit: string;
  /** Seconds since 1970: the time of everything in the image. */
  readonly seconds: number;
  /** The base image with its digest. */
  readonly base: string;
  readonly platform: string;
  /** The OCI archive to write; it must not exist. */
  readonly out: string;
  /** The directory of the product's code. */
  readonly root: string;
  /** @default PATH */
  readonly searchPath?: string;
}

const TITLE = "SpaceTime VR game server";

/**
 * Builds the game server's image as an OCI archive, with buildah or docker buildx. Returns the builder's name.
 * @throws InputError for a base without digest or an existing file; MissingToolError without a builder; OperationError if it fails.
 */
export async function buildImage(options: ImageOptions): Promise<string> {
  validateOptions(options);
  const builder = findBuilder(options.searchPath ?? process.env.PATH ?? "");
  const context = mkdtempSync(join(tmpdir(), "spacetime-vr-image-"));
  const temporary = `${resolve(options.out)}.partial`;
  try {
    writeContext(context, options);
    await runBuilder(builder.program, builderArguments(builder.name, options, temporary), context);
    renameSync(temporary, options.out);
    return builder.name;
  } finally {
    rmSync(context, { recursive: true, force: true });
    rmSync(temporary, { force: true });
  }
}

const PLATFORMS = ["linux/amd64", "linux/arm64"];

/** @throws InputError for an argument that cannot be used; also before the export is checked, which takes longer. */
export function validateOptions({
  version,
  base,
  platform,
  out,
}: Pick<ImageOptions, "version" | "base" | "platform" | "out">): void {
  const rejected = (subject: string, value: string, rule: string, remedy: string): InputError =>
    new InputError("The image cannot be built:", [{ subject, value, rule, remedy }]);
  if (!/^[a-z0-9][a-z0-9./:_-]*@sha256:[0-9a-f]{64}$/.test(base)) {
    const remedy = "Use the digest that your registry shows, such as docker.io/library/debian@sha256:….";
    throw rejected(
      "--base",
      base,
      "must be an image with its digest, so that a build can be repeated",
      remedy,
    );
  }
  if (!isReleaseVersion(version))
    throw rejected("version", version, "must be a semantic version", "Use a version such as 2.5.0.");
  if (!PLATFORMS.includes(platform))
    throw rejected("--platform", platform, `must be ${PLATFORMS.join(" or ")}`, "Use one of these.");
  if (existsSync(out)) throw rejected("--out", out, "exists", "Name a new file.");
}

interface Builder {
  readonly name: "buildah" | "docker";
  readonly program: string;
}

function findBuilder(searchPath: string): Builder {
  for (const name of ["buildah", "docker"] as const) {
    const program = findProgram(name, searchPath);
    if (program !== undefined) return { name, program };
  }
  throw new MissingToolError(
    "buildah and docker",
    "Install buildah (Debian and Fedora package it), which needs no daemon, or Docker with buildx.",
  );
}

/** The directory that the Dockerfile copies from. */
function writeContext(context: string, { executable, root }: ImageOptions): void {
  const server = join(context, "server");
  mkdirSync(server);
  copyFileSync(executable, join(server, "spacetime-server"));
  chmodSync(join(server, "spacetime-server"), 0o755);
  const pack = executable.replace(/\.(?:x86_64|arm64)$/, "").concat(".pck");
  if (existsSync(pack)) copyFileSync(pack, join(server, "spacetime-server.pck"));
  for (const file of ["Dockerfile", "drain"])
    copyFileSync(join(root, "release", "image", file), join(context, file));
}

/** The command line of a builder. Both write an OCI archive, with labels and times from the commit. */
export function builderArguments(
  name: Builder["name"],
  { version, commit, seconds, base, platform }: ImageOptions,
  archive: string,
): readonly string[] {
  const labels = {
    "org.opencontainers.image.title": TITLE,
    "org.opencontainers.image.version": version,
    "org.opencontainers.image.revision": commit,
    "org.opencontainers.image.created": new Date(seconds * 1000).toISOString(),
    "org.opencontainers.image.base.digest": base.slice(base.indexOf("@") + 1),
  };
  const common = [
    ...["--platform", platform, "--build-arg", `BASE=${base}`],
    ...Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
  ];
  const tag = `spacetime-vr/server:${version}`;
  if (name === "buildah") {
    return [
      "build",
      ...common,
      "--timestamp",
      String(seconds),
      "--tag",
      `oci-archive:${archive}:${tag}`,
      ".",
    ];
  }
  const attestations = [
    "--provenance=mode=max",
    "--sbom=true",
    "--build-arg",
    `SOURCE_DATE_EPOCH=${seconds}`,
  ];
  const output = `type=oci,dest=${archive},rewrite-timestamp=true`;
  return ["buildx", "build", ...common, ...attestations, "--tag", tag, "--output", output, "."];
}

async function runBuilder(program: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(program, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
  const [messages, [exitCode]] = await Promise.all([
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  if (exitCode === 0) return;
  throw new OperationError(1, {
    subject: basename(program),
    rule: `failed: ${messages.trim().split("\n").slice(-3).join(" ")}`,
    remedy: "Check that the base image can be pulled and that the builder may run here.",
  });
}
