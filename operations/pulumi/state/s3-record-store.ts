import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsResult, createAwsCli, requireAwsSuccess } from "../../aws-cli.ts";
import { readFilesBelow } from "./file-record-store.ts";
import type { RecordStore } from "./record-store.ts";

/** The bucket of an `s3://` backend, the prefix of the state, and the AWS CLI's options. */
export interface S3Location {
  readonly bucket: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  /** `--region`, `--profile` and `--endpoint-url` from the backend URL. */
  readonly options: readonly string[];
}

/**
 * Stores records as objects next to the state with the AWS CLI, which uses the same credentials as Pulumi and avoids
 * an SDK dependency for three calls. The bucket's default encryption applies (docs/backends.md).
 */
export function createS3RecordStore(
  { bucket, prefix, options }: S3Location,
  environment: NodeJS.ProcessEnv,
): RecordStore {
  const url = (key: string): string => `s3://${bucket}/${prefix}${key}`;
  const aws = createAwsCli(environment, "The ledger in S3 needs it");
  const call = (args: readonly string[], input?: string) => aws([...args, ...options], input);
  const copy = async (from: string, to: string, input?: string): Promise<string> =>
    requireSuccess(await call(["s3", "cp", from, to, "--only-show-errors", "--no-progress"], input), bucket)
      .stdout;
  const has = async (key: string): Promise<boolean> => {
    const found = await call(["s3api", "head-object", "--bucket", bucket, "--key", `${prefix}${key}`]);
    if (found.status !== 0 && /\(404\)|Not Found|NoSuchKey/.test(found.stderr)) return false;
    return requireSuccess(found, bucket).status === 0;
  };
  return {
    location: `s3://${bucket}/${prefix}`,
    has,
    read: async (key) => ((await has(key)) ? copy(url(key), "-") : undefined),
    write: async (key, text) => void (await copy("-", url(key), text)),
    readAll: async (below) => {
      const scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-records-"));
      try {
        const args = ["s3", "cp", url(below), join(scratch, below), "--recursive", "--only-show-errors"];
        requireSuccess(await call(args), bucket);
        return await readFilesBelow(scratch, below);
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    },
    writeFile: async (key, path) => void (await copy(path, url(key))),
    readFile: async (key, path) => void (await copy(url(key), path)),
  };
}

function requireSuccess(run: AwsResult, bucket: string): AwsResult {
  return requireAwsSuccess(run, {
    subject: "the ledger next to the state",
    value: `s3://${bucket}`,
    rule: "cannot be used",
    remedy: "Check with: aws sts get-caller-identity; docs/backends.md lists what the role needs.",
  });
}
