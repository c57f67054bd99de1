import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { verifyRelease } from "../../../release/verification/verify-release.ts";
import { type CliResult, runCliProcess } from "../../support/run-cli.ts";
import { describeWithTools, findTool } from "../../support/tools.ts";
import { MOTO_STARTUP_MS, type MotoServer, startMotoServer } from "../moto/moto-server.ts";
import { type UploadableRelease, writeUploadableRelease } from "./support/uploadable-release.ts";

/** Every call starts the AWS CLI, which takes seconds on a busy machine. */
const TIMEOUT_MS = 600_000;

/** More than one part of 64 MiB. */
const ARCHIVE_BYTES = 70_000_000;

describeWithTools(["moto_server", "aws"], "a release in S3", () => {
  const aws = findTool("aws") ?? "";
  let server: MotoServer;
  let scratch = "";
  let release: UploadableRelease;

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-s3-"));
    server = await startMotoServer("releases");
    release = await writeUploadableRelease(scratch, "release");
  }, MOTO_STARTUP_MS);
  afterAll(async () => {
    await server?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  function upload(
    { archive, keyFile }: UploadableRelease,
    prefix: string,
    variables: NodeJS.ProcessEnv = {},
  ): Promise<CliResult> {
    const to = `s3://${prefix}?endpoint=${server.endpoint}`;
    const args = ["release", "upload", archive, "--key", keyFile, "--to", to];
    return runCliProcess(scratch, args, { ...server.variables, ...variables });
  }

  const listKeys = (prefix: string): string[] => {
    const query = [
      "--bucket",
      "releases",
      "--prefix",
      prefix,
      "--query",
      "Contents[].Key",
      "--output",
      "json",
    ];
    const args = ["s3api", "list-objects-v2", ...query, "--endpoint-url", server.endpoint];
    const output = execFileSync(aws, args, { env: server.variables, encoding: "utf8" });
    return (JSON.parse(output) as string[] | null) ?? [];
  };

  test(
    "can be downloaded and is valid; publishing it again changes nothing, and another release never replaces it",
    async () => {
      expect(await upload(release, "releases/vr")).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(
          /^s3:\/\/releases\/vr\/spacetime-vr-v2\.5\.0\/: published, \d files\n$/,
        ),
      });
      const downloaded = join(scratch, "downloaded");
      const args = ["s3", "cp", "s3://releases/vr/spacetime-vr-v2.5.0/", downloaded, "--recursive"];
      execFileSync(aws, [...args, "--endpoint-url", server.endpoint], {
        env: server.variables,
        stdio: "ignore",
      });
      expect(readdirSync(downloaded).sort()).toEqual(readdirSync(release.directory).sort());
      const archive = join(downloaded, "spacetime-vr-v2.5.0.zip");
      expect(await verifyRelease(archive, release.keyFile)).toMatchObject({ verdict: "valid" });
      expect(await upload(release, "releases/vr")).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining("was published before, unchanged"),
      });
      const other = await writeUploadableRelease(scratch, "other", 10);
      expect(await upload(other, "releases/vr")).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("already has another release 2.5.0"),
      });
    },
    TIMEOUT_MS,
  );

  test(
    "has no checksums after an interruption, and continues with the part that was interrupted",
    async () => {
      const large = await writeUploadableRelease(scratch, "large", ARCHIVE_BYTES);
      const { directory, log } = writeFailingAws(scratch, aws);
      const path = `${directory}:${process.env.PATH ?? ""}`;
      const broken = await upload(large, "releases/large", { PATH: path, FAIL_AT_PART: "2" });
      expect(broken).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("Run the upload again") });
      expect(listKeys("large/")).toEqual([]);
      expect(sentParts(log)).toEqual(["spacetime-vr-v2.5.0.tar.gz 1"]);
      expect(await upload(large, "releases/large", { PATH: path })).toMatchObject({ exitCode: 0 });
      const parts = sentParts(log).filter((part) => part.includes(".tar.gz"));
      expect(parts).toEqual(["spacetime-vr-v2.5.0.tar.gz 1", "spacetime-vr-v2.5.0.tar.gz 2"]);
      expect(listKeys("large/").at(-1)).toContain("spacetime-vr-v2.5.0.zip");
      expect(listKeys("large/").length).toBe(readdirSync(large.directory).length);
    },
    TIMEOUT_MS,
  );

  test(
    "never replaces what another build left under its version",
    async () => {
      const key = "leftover/spacetime-vr-v2.5.0/spacetime-vr-v2.5.0.tar.gz";
      const args = ["s3api", "put-object", "--bucket", "releases", "--key", key, "--body", "package.json"];
      execFileSync(aws, [...args, "--endpoint-url", server.endpoint], {
        env: server.variables,
        stdio: "ignore",
      });
      expect(await upload(release, "releases/leftover")).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("exists with another content"),
      });
      expect(listKeys("leftover/")).toEqual([key]);
    },
    TIMEOUT_MS,
  );

  test(
    "is not published in a bucket that does not exist",
    async () => {
      expect(await upload(release, "nowhere")).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining("s3://nowhere/spacetime-vr-v2.5.0/: cannot be used"),
      });
    },
    TIMEOUT_MS,
  );
});

/** A command `aws` that fails like a broken connection at a part, and logs the parts that the real one sent. */
function writeFailingAws(scratch: string, aws: string): { readonly directory: string; readonly log: string } {
  const directory = join(scratch, "failing");
  const log = join(scratch, "parts.log");
  mkdirSync(directory);
  const script = `#!/bin/bash
for ((i = 1; i <= $#; i++)); do
  next=$((i + 1))
  case "\${!i}" in
  upload-part) is_part=1 ;;
  --key) key="\${!next}" ;;
  --part-number) number="\${!next}" ;;
  esac
done
if [ -n "\${is_part:-}" ]; then
  [ "\${FAIL_AT_PART:-}" = "$number" ] && echo "Connection was closed before we received a valid response" >&2 && exit 255
  echo "\${key##*/} $number" >>"${log}"
fi
exec "${aws}" "$@"
`;
  writeFileSync(join(directory, "aws"), script);
  chmodSync(join(directory, "aws"), 0o755);
  return { directory, log };
}

function sentParts(log: string): string[] {
  return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
}
