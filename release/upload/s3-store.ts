import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsCli, type AwsResult, createAwsCli, requireAwsSuccess } from "../../operations/aws-cli.ts";
import { OperationError } from "../../operations/errors.ts";
import type { S3Location } from "../../operations/pulumi/state/s3-record-store.ts";
import { CHECKSUMS_FILE } from "../package/package-layout.ts";
import { readParts } from "./file-parts.ts";
import type { ReleaseFile, ReleaseStore, UploadProgress } from "./release-store.ts";

/** Parts have at least 5 MiB, and a file at most 10,000 of them (S3 user guide, "multipart upload limits"). */
const PART_BYTES = 64 * 1024 * 1024;
const MAX_PARTS = 10_000;

interface S3Options {
  readonly location: S3Location;
  /** The name of the release: the last part of the prefix. */
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  /** @default 64 MiB */
  readonly partBytes?: number;
}

/**
 * A release below `s3://BUCKET/PREFIX/spacetime-vr-vVERSION/`, with the AWS CLI. Each file is a multipart upload, which S3 shows only when
 * it is complete; parts that an interrupted run uploaded are used again. The release is published when its checksums exist, which are
 * written last and only if there are none.
 */
export function createS3Store({ location, name, env, partBytes = PART_BYTES }: S3Options): ReleaseStore {
  const aws = createAwsCli(env, "Publishing in S3 needs it");
  const bucket = new Bucket(aws, location, `${location.prefix}${name}/`, partBytes);
  return {
    location: bucket.url,
    readPublished: () => bucket.read(CHECKSUMS_FILE),
    upload: async (file, onProgress) => {
      if (file.name !== CHECKSUMS_FILE) await bucket.upload(file, onProgress);
    },
    publish: (files) => bucket.publish(files),
  };
}

interface Part {
  readonly PartNumber: number;
  readonly ETag: string;
  readonly Size?: number;
  readonly ChecksumSHA256?: string;
}

/** What S3 reports about an object. */
interface ObjectDigest {
  readonly ETag: string;
  readonly ChecksumSHA256?: string;
}

/** The digests of a file's parts, with which S3 describes an object of several parts. */
class PartDigests {
  readonly #sha256: Buffer[] = [];
  readonly #md5: Buffer[] = [];

  add(bytes: Buffer): { readonly sha256: string; readonly etag: string } {
    const sha256 = createHash("sha256").update(bytes).digest();
    const md5 = createHash("md5").update(bytes).digest();
    this.#sha256.push(sha256);
    this.#md5.push(md5);
    return { sha256: sha256.toString("base64"), etag: `"${md5.toString("hex")}"` };
  }

  /** Whether an object has these parts; undefined if the server reports nothing that can be compared. */
  matches({ ChecksumSHA256: checksum, ETag: etag }: ObjectDigest): boolean | undefined {
    const [onlySha256, ...moreSha256] = this.#sha256;
    const [onlyMd5] = this.#md5;
    const count = this.#md5.length;
    const sha256 = createHash("sha256").update(Buffer.concat(this.#sha256)).digest("base64");
    const wholeSha256 = moreSha256.length === 0 ? onlySha256?.toString("base64") : undefined;
    if (checksum !== undefined) return checksum === `${sha256}-${count}` || checksum === wholeSha256;
    const md5 = createHash("md5").update(Buffer.concat(this.#md5)).digest("hex");
    if (/^"[0-9a-f]{32}-\d+"$/.test(etag)) return etag === `"${md5}-${count}"`;
    // With a KMS key, an ETag is not a digest.
    return count === 1 && /^"[0-9a-f]{32}"$/.test(etag)
      ? etag === `"${onlyMd5?.toString("hex")}"`
      : undefined;
  }
}

class Bucket {
  readonly url: string;
  readonly #aws: AwsCli;
  readonly #location: S3Location;
  readonly #prefix: string;
  readonly #partBytes: number;

  constructor(aws: AwsCli, location: S3Location, prefix: string, partBytes: number) {
    this.#aws = aws;
    this.#location = location;
    this.#prefix = prefix;
    this.#partBytes = partBytes;
    this.url = `s3://${location.bucket}/${prefix}`;
  }

  /** The text of an object; undefined if it does not exist. */
  async read(name: string): Promise<string | undefined> {
    if (!(await this.#list()).has(name)) return undefined;
    const from = `${this.url}${name}`;
    const args = ["s3", "cp", from, "-", "--only-show-errors", "--no-progress", ...this.#location.options];
    return this.#require(await this.#aws(args)).stdout;
  }

  async upload(file: ReleaseFile, onProgress: UploadProgress): Promise<void> {
    if (await this.#isPresent(file)) return onProgress(file.size);
    if (file.size <= this.#partBytes) await this.#uploadWhole(file);
    else await this.#uploadParts(file, this.#partBytesOf(file), onProgress);
    onProgress(file.size);
  }

  #partBytesOf({ size }: ReleaseFile): number {
    return Math.max(this.#partBytes, Math.ceil(size / MAX_PARTS));
  }

  /** Whether an earlier run uploaded the file. */
  async #isPresent(file: ReleaseFile): Promise<boolean> {
    if ((await this.#list()).get(file.name) !== file.size) return false;
    const args = [...this.#key(file.name), "--checksum-mode", "ENABLED"];
    const head = await this.#json<ObjectDigest>("head-object", args);
    const digests = new PartDigests();
    for await (const { bytes } of readParts(file, this.#partBytesOf(file))) digests.add(bytes);
    return digests.matches(head) === true;
  }

  async #uploadWhole(file: ReleaseFile): Promise<void> {
    for await (const { bytes } of readParts(file, this.#partBytes)) {
      const digests = new PartDigests();
      const { sha256 } = digests.add(bytes);
      const digest = await withScratchFile(bytes, (body) => {
        const content = ["--body", body, "--checksum-sha256", sha256, "--metadata", `sha256=${file.sha256}`];
        return this.#create("put-object", file.name, content);
      });
      if (digests.matches(digest) !== true) throw this.#digestError(file.name);
    }
  }

  async #uploadParts(file: ReleaseFile, partBytes: number, onProgress: UploadProgress): Promise<void> {
    const unfinished = await this.#findUpload(file.name);
    const id = unfinished ?? (await this.#createUpload(file));
    const existing =
      unfinished === undefined ? new Map<number, Part>() : await this.#listParts(file.name, id);
    const digests = new PartDigests();
    const parts: Part[] = [];
    for await (const { number, start, bytes } of readParts(file, partBytes)) {
      const { sha256, etag } = digests.add(bytes);
      const found = existing.get(number);
      const isPresent =
        found?.Size === bytes.length && (found.ChecksumSHA256 === sha256 || found.ETag === etag);
      const tag = isPresent
        ? found.ETag
        : await this.#uploadPart({ name: file.name, id, number, bytes, sha256 });
      parts.push({ PartNumber: number, ETag: tag, ChecksumSHA256: sha256 });
      onProgress(start + bytes.length);
    }
    if (digests.matches(await this.#complete(file.name, id, parts)) !== true)
      throw this.#digestError(file.name);
  }

  /** The sizes of the objects of this release, by name. */
  async #list(): Promise<Map<string, number>> {
    const { Contents: contents = [] } = await this.#json<{
      readonly Contents?: readonly { readonly Key: string; readonly Size: number }[] | null;
    }>("list-objects-v2", ["--prefix", this.#prefix]);
    return new Map((contents ?? []).map(({ Key, Size }) => [Key.slice(this.#prefix.length), Size]));
  }

  /** An unfinished upload of an interrupted run. */
  async #findUpload(name: string): Promise<string | undefined> {
    const key = `${this.#prefix}${name}`;
    const { Uploads: uploads = [] } = await this.#json<{
      readonly Uploads?: readonly { readonly Key: string; readonly UploadId: string }[];
    }>("list-multipart-uploads", ["--prefix", key]);
    return uploads.find((upload) => upload.Key === key)?.UploadId;
  }

  async #createUpload({ name, sha256 }: ReleaseFile): Promise<string> {
    const args = [...this.#key(name), "--checksum-algorithm", "SHA256", "--metadata", `sha256=${sha256}`];
    return (await this.#json<{ readonly UploadId: string }>("create-multipart-upload", args)).UploadId;
  }

  async #listParts(name: string, id: string): Promise<Map<number, Part>> {
    const args = [...this.#key(name), "--upload-id", id];
    const { Parts: parts = [] } = await this.#json<{ readonly Parts?: readonly Part[] }>("list-parts", args);
    return new Map(parts.map((part) => [part.PartNumber, part]));
  }

  async #uploadPart(part: {
    readonly name: string;
    readonly id: string;
    readonly number: number;
    readonly bytes: Buffer;
    readonly sha256: string;
  }): Promise<string> {
    return withScratchFile(part.bytes, async (body) => {
      const target = [...this.#key(part.name), "--upload-id", part.id, "--part-number", String(part.number)];
      // S3 rejects a part whose bytes do not have this digest.
      const args = [...target, "--body", body, "--checksum-sha256", part.sha256];
      return (await this.#json<{ readonly ETag: string }>("upload-part", args)).ETag;
    });
  }

  #complete(name: string, id: string, parts: readonly Part[]): Promise<ObjectDigest> {
    return withScratchFile(JSON.stringify({ Parts: parts }), (file) =>
      this.#create("complete-multipart-upload", name, [
        "--upload-id",
        id,
        "--multipart-upload",
        `file://${file}`,
      ]),
    );
  }

  /** Creates an object, unless one exists: another upload may publish a release of this version in the meantime. */
  async #create(action: string, name: string, args: readonly string[]): Promise<ObjectDigest> {
    const result = await this.#call(action, [...this.#key(name), ...args, "--if-none-match", "*"]);
    if (result.status !== 0 && /PreconditionFailed|ConditionalRequestConflict/.test(result.stderr))
      throw this.#existsError(name);
    return JSON.parse(this.#require(result).stdout) as ObjectDigest;
  }

  /** Makes sure that every file is still there, then writes the checksums, unless another run did. */
  async publish(files: readonly ReleaseFile[]): Promise<void> {
    const present = await this.#list();
    for (const { name, size } of files)
      if (name !== CHECKSUMS_FILE && present.get(name) !== size) throw this.#digestError(name);
    const checksums = files.find(({ name }) => name === CHECKSUMS_FILE);
    if (checksums === undefined) throw new Error("A release without checksums cannot be published.");
    await this.#uploadWhole(checksums);
  }

  #key(name: string): string[] {
    return ["--key", `${this.#prefix}${name}`];
  }

  #call(action: string, args: readonly string[]): Promise<AwsResult> {
    const { bucket, options } = this.#location;
    return this.#aws(["s3api", action, "--bucket", bucket, ...args, "--output", "json", ...options]);
  }

  async #json<T>(action: string, args: readonly string[]): Promise<T> {
    const { stdout } = this.#require(await this.#call(action, args));
    // A list without entries can be an empty output.
    return JSON.parse(stdout.trim() === "" ? "{}" : stdout) as T;
  }

  #require(result: AwsResult): AwsResult {
    return requireAwsSuccess(result, {
      subject: this.url,
      rule: "cannot be used",
      remedy:
        "Check with: aws sts get-caller-identity. Run the upload again to complete it; nothing is published yet.",
    });
  }

  #digestError(name: string): OperationError {
    return new OperationError(1, {
      subject: `${this.url}${name}`,
      rule: "does not have the digest of the local file; the release was not published",
      remedy: "Delete the object, then run the upload again.",
    });
  }

  #existsError(name: string): OperationError {
    return new OperationError(1, {
      subject: `${this.url}${name}`,
      rule: "exists with another content, from an upload of another build",
      remedy: "If no release of this version is published, delete the object, then run the upload again.",
    });
  }
}

/** The AWS CLI reads the content of an object from a file. */
async function withScratchFile<T>(content: Buffer | string, use: (path: string) => Promise<T>): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-upload-"));
  try {
    const path = join(scratch, "content");
    writeFileSync(path, content, { mode: 0o600 });
    return await use(path);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
