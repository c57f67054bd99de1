import { Command } from "commander";
import { InputError } from "../../../components/shared/errors.ts";
import type { ReleaseContext } from "./release-context.ts";

interface ImageCommandOptions {
  readonly export: string;
  readonly base: string;
  readonly out: string;
  readonly platform: string;
}

const EXAMPLES = `
Examples:
  release image 2.5.0 --export build --base docker.io/library/debian@sha256:… --out server.oci.tar
  skopeo copy oci-archive:server.oci.tar docker://registry.example.com/spacetime-vr/server:2.5.0

The base image is named with its digest. buildah is used if it is installed, otherwise docker buildx.
Exit codes: 0 built, 1 the build failed or the export did not pass, 2 usage error, 3 no builder is installed.`;

/** Creates `release image`. */
export function imageCommand({ directory, root, output }: ReleaseContext): Command {
  return new Command("image")
    .summary("build the game server's image")
    .description("Builds the image of an exported server as an OCI archive (docs/image.md).")
    .argument("<version>", "a semantic version, such as 2.5.0")
    .requiredOption("--export <directory>", "the Godot export")
    .requiredOption("--base <image>", "the base image with its digest; a Debian or Ubuntu")
    .requiredOption("--out <file>", "the OCI archive to write")
    .option("--platform <platform>", "linux/amd64 or linux/arm64", "linux/amd64")
    .addHelpText("after", EXAMPLES)
    .action(async (version: string, options: ImageCommandOptions) => {
      const [{ buildImage, validateOptions }, { readCommit }, { readCheckedExport }] = await Promise.all([
        import("../../../release/image/build-image.ts"),
        import("../../../release/git/read-commit.ts"),
        import("../../../release/package/read-checked-export.ts"),
      ]);
      validateOptions({ ...options, version });
      const { id: commit, seconds } = readCommit(directory);
      const { files } = await readCheckedExport(options.export, (file) =>
        output.progress(`checking ${file}`),
      );
      const executable = findExecutable(options, files);
      output.progress("building the image");
      const builder = await buildImage({ ...options, executable, version, commit, seconds, root });
      output.note(`${options.out}: spacetime-vr/server:${version}, built with ${builder}`);
    });
}

function findExecutable(options: ImageCommandOptions, files: readonly string[]): string {
  const suffix = options.platform === "linux/arm64" ? ".arm64" : ".x86_64";
  const found = files.find((file) => file.endsWith(suffix));
  if (found !== undefined) return `${options.export}/${found}`;
  throw new InputError("The image cannot be built:", [
    {
      subject: "--export",
      value: options.export,
      rule: `contains no executable for ${options.platform} (*${suffix})`,
      remedy: "Export the server for this platform, or choose another --platform.",
    },
  ]);
}
