import { Command } from "commander";
import { formatJson } from "../../output.ts";
import type { ReleaseContext } from "./release-context.ts";

interface UploadOptions {
  readonly key: string;
  readonly to: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  release upload dist/spacetime-vr-v2.5.0.tar.gz --key spacetime-vr.asc --to s3://releases/spacetime-vr
  release upload dist/spacetime-vr-v2.5.0.tar.gz --key spacetime-vr.asc --to oci://registry.example.com/spacetime-vr/release

The release is verified first, as "release verify" does. Receivers see all of its files or none: in S3, the checksums are written last;
in a registry, the tag. Run the command again after an interruption: parts that arrived are not sent again. A published release is never
replaced. S3 needs the AWS CLI and its credentials (?region=, ?profile= and ?endpoint= select them); a registry, the credentials of
docker, podman or skopeo login.
Exit codes: 0 published, 1 the release is invalid or another one has its version, 2 usage error, 3 the AWS CLI, the store or a login is
missing.`;

/** Creates the `release upload` command. */
export function uploadCommand({ directory, output }: ReleaseContext): Command {
  return new Command("upload")
    .summary("publish a release in S3 or an OCI registry")
    .description("Publishes a verified release in S3 or an OCI registry.")
    .argument("<archive>", "the .tar.gz or .zip of the release; everything in its directory is published")
    .requiredOption("--key <file>", "the publisher's armored public key")
    .requiredOption("--to <url>", "s3://BUCKET/PREFIX or oci://HOST/REPOSITORY")
    .option("--json", "print only the result, as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (archive: string, { key, to, json }: UploadOptions) => {
      const [{ publishRelease }, { openStore, parseStoreLocation }] = await Promise.all([
        import("../../../release/upload/publish-release.ts"),
        import("../../../release/upload/open-store.ts"),
      ]);
      const location = parseStoreLocation(to);
      const published = await publishRelease({
        archive,
        keyFile: key,
        openStore: (release) => openStore(location, release, { env: process.env, directory }),
        progress: output.progress,
      });
      if (json === true) return output.result(formatJson(published));
      const { status, location: place, files } = published;
      const verb = status === "published" ? "published" : "was published before, unchanged";
      output.result(`${place}: ${verb}, ${files.length} files\n`);
    });
}
