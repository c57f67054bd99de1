import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import { InputError } from "../../../components/shared/errors.ts";
import { parseJson } from "../../../components/shared/parse-json.ts";
import { readTextIfPresent } from "../../../components/shared/read-text-if-present.ts";
import type { LoadReport } from "../../../probes/load/load-report.ts";
import type { BuiltRelease } from "../../../release/package/build-release.ts";
import type { SigningKey } from "../../../release/signing/sign.ts";
import { formatJson, type Output } from "../../output.ts";
import type { ReleaseContext } from "./release-context.ts";

interface BuildCommandOptions {
  readonly export: string;
  readonly out: string;
  readonly image?: string;
  readonly project?: string;
  readonly sign?: string;
  readonly passphraseFile?: string;
  readonly since?: string;
  readonly loadReport?: string;
  readonly builder?: string;
  readonly allowChanges?: true;
  readonly twice?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  release build 2.5.0 --export build --out dist --sign key.asc --passphrase-file passphrase.txt
  release build 2.5.0 --export build --out dist --since v2.4.0    release notes and plan difference since a tag
  release build 2.5.0 --export build --out dist --image server.oci.tar --project ../game    with the image, and the game's sources
  release build 2.5.0 --export build --out dist --twice           build again in another time zone, locale and umask, and compare

The stack file of the package environment must be filled in, the work tree must be clean, and the export must pass
"release check". The same commit and export give the same archives, byte for byte. --out is created when everything is complete.
Exit codes: 0 built, 1 the contents must not be shipped or the second build differs, 2 usage or configuration error, 3 git is missing.`;

/** Creates the `release build` command. */
export function buildCommand(context: ReleaseContext): Command {
  return new Command("build")
    .summary("build a signed, reproducible package")
    .description(
      "Builds a release: both archives, bill of materials, provenance, notes, checksums and signature.",
    )
    .argument("<version>", "a semantic version, such as 2.5.0")
    .requiredOption("--export <directory>", "the Godot export")
    .requiredOption("--out <directory>", "a new or empty directory for the release")
    .option("--image <file>", "the OCI archive of release image, to put it into the package")
    .option("--project <directory>", "the Godot project, to pack its sources beside the package")
    .option("--sign <file>", "an armored OpenPGP private key")
    .option("--passphrase-file <file>", "a file with the passphrase of the key")
    .option("--since <git-ref>", "the previous release (default: its newest version tag)")
    .option("--load-report <file>", "the JSON report of a load test, for the notes")
    .option("--builder <uri>", "who builds, for the provenance, such as the address of a CI run")
    .option("--allow-changes", "build from a work tree that differs from its commit")
    .option("--twice", "build again and compare the archives")
    .option("--json", "print only the result, as JSON")
    .addHelpText("after", EXAMPLES)
    .action((version: string, options: BuildCommandOptions) => runBuild(version, options, context));
}

async function runBuild(
  version: string,
  options: BuildCommandOptions,
  context: ReleaseContext,
): Promise<void> {
  const { output, directory, root } = context;
  const { validateBuildArguments } = await import("../../../release/package/validate-build-arguments.ts");
  validateBuildArguments({ version, out: options.out });
  rejectUnusedPassphrase(options);
  const [{ buildRelease }, { findPreviousTag }, { readCheckedExport }] = await Promise.all([
    import("../../../release/package/build-release.ts"),
    import("../../../release/git/read-commit.ts"),
    import("../../../release/package/read-checked-export.ts"),
  ]);
  const signingKey = await readKey(options);
  const loadReport = await readLoadReport(options.loadReport);
  const checked = await readCheckedExport(options.export, (file) => output.progress(`checking ${file}`));
  const since = options.since ?? findPreviousTag(directory, version);
  const release = await buildRelease({
    version,
    exportDirectory: options.export,
    exportFiles: checked.files,
    exportReport: checked.report,
    image: options.image,
    project: options.project,
    out: options.out,
    root,
    directory,
    signingKey,
    since,
    loadReport,
    allowChanges: options.allowChanges === true,
    builder: options.builder,
    progress: output.progress,
  });
  if (options.twice === true) await buildTwice(version, options, context);
  const { recordBuild } = await import("../../../release/checklist-record/record-release.ts");
  await recordBuild({
    directory,
    exportDirectory: options.export,
    exportReport: checked.report,
    version,
    artifacts: release.artifacts,
    builtTwice: options.twice === true,
  });
  if (options.json === true) output.result(formatJson(release));
  else printRelease(release, output);
  if (options.twice === true) output.note("built twice: both archives are the same, byte for byte");
}

async function buildTwice(
  version: string,
  options: BuildCommandOptions,
  { output, root, directory }: ReleaseContext,
): Promise<void> {
  output.progress("building again");
  const { compareSecondBuild } = await import("../../../release/package/compare-builds.ts");
  await compareSecondBuild({
    version,
    exportDirectory: resolve(options.export),
    image: options.image === undefined ? undefined : resolve(options.image),
    out: options.out,
    root,
    directory,
    allowChanges: options.allowChanges === true,
  });
}

function rejectUnusedPassphrase({ sign, passphraseFile }: BuildCommandOptions): void {
  if (sign === undefined && passphraseFile !== undefined)
    throw new InputError("Invalid combination of options:", [
      {
        subject: "--passphrase-file",
        rule: "has no effect without --sign",
        remedy: "Name the key with --sign, or remove the option.",
      },
    ]);
}

async function readKey({ sign, passphraseFile }: BuildCommandOptions): Promise<SigningKey | undefined> {
  if (sign === undefined) return undefined;
  const { readSigningKey } = await import("../../../release/signing/sign.ts");
  return readSigningKey({ keyFile: sign, passphrase: readPassphrase(passphraseFile) });
}

async function readLoadReport(file: string | undefined): Promise<LoadReport | undefined> {
  if (file === undefined) return undefined;
  const { loadReportSchema } = await import("../../../probes/load/load-report.ts");
  const parsed = loadReportSchema.safeParse(parseJson(readTextIfPresent(file) ?? ""));
  if (parsed.success) return parsed.data;
  throw new InputError("The release notes cannot be written:", [
    {
      subject: "--load-report",
      value: file,
      rule: "is not a report of a load test",
      remedy: "Write one with: load <environment> --json > load.json",
    },
  ]);
}

function readPassphrase(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch {
    throw new InputError("The release cannot be signed:", [
      {
        subject: "--passphrase-file",
        value: file,
        rule: "cannot be read",
        remedy: "Name a file that you may read.",
      },
    ]);
  }
}

function printRelease(release: BuiltRelease, output: Output): void {
  const { artifacts, directory, version, commit, files, signedBy, vulnerabilities } = release;
  output.result(artifacts.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(""));
  output.note(
    `${directory}: version ${version} from commit ${commit.slice(0, 12)}, ${files} files in the package`,
  );
  output.note(
    signedBy === undefined ? "not signed: receivers cannot verify it (--sign)" : `signed by ${signedBy}`,
  );
  if (vulnerabilities === "unproven") output.note("vulnerabilities: unproven, because no scanner could run");
}
