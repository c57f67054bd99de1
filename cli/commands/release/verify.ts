import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { formatProblem } from "../../../components/shared/errors.ts";
import { createPaint, type Paint } from "../../../plan/format.ts";
import type { ReleaseVerification } from "../../../release/verification/verify-release.ts";
import { formatJson, type Output } from "../../output.ts";

interface VerifyOptions {
  readonly key: string;
  readonly extract?: string;
  readonly json?: true;
}

/** What the command needs from the process. */
export interface VerifyContext {
  readonly output: Output;
  /** The directory of the stack files, where the checklist reads the result; undefined in a release package. */
  readonly directory?: string;
}

const EXAMPLES = `
Examples:
  release verify dist/spacetime-vr-v2.5.0.tar.gz --key spacetime-vr.asc
  release verify dist/spacetime-vr-v2.5.0.zip --key spacetime-vr.asc --extract .

Only the directory of the archive and the public key are read. Get the key on another channel than the release.
Exit codes: 0 valid, 1 invalid, 2 usage error.`;

/** Creates the `release verify` command. */
export function verifyCommand(context: VerifyContext): Command {
  return new Command("verify")
    .summary("verify a release that you received")
    .description(
      "Verifies the signature, checksums, contents, bill of materials and provenance of a release.",
    )
    .argument("<archive>", "the .tar.gz or .zip; the other files of the release are next to it")
    .requiredOption("--key <file>", "the publisher's public key, armored OpenPGP")
    .option("--extract <directory>", "if the release is valid, unpack the archive into this directory")
    .option("--json", "print only the report, as JSON")
    .addHelpText("after", EXAMPLES)
    .action((archive: string, options: VerifyOptions) => runVerify(archive, options, context));
}

async function runVerify(
  archive: string,
  options: VerifyOptions,
  { output, directory }: VerifyContext,
): Promise<void> {
  output.progress("verifying");
  const { verifyRelease } = await import("../../../release/verification/verify-release.ts");
  const report = await verifyRelease(archive, options.key);
  const isValid = report.verdict === "valid";
  if (options.json === true) output.result(formatJson(report));
  else output.result(reportText(report, createPaint(output.style)));
  if (!isValid) process.exitCode = 1;
  if (directory !== undefined) {
    const { recordVerifiedRelease } = await import("../../../release/checklist-record/record-release.ts");
    recordVerifiedRelease(directory, dirname(resolve(archive)), report);
  }
  if (!isValid || options.extract === undefined) return;
  output.progress("unpacking");
  const { extractRelease } = await import("../../../release/verification/extract-release.ts");
  output.note(`unpacked into ${await extractRelease(archive, options.extract)}`);
}

function reportText({ archive, checks, verdict, ...about }: ReleaseVerification, paint: Paint): string {
  const mark = { passed: paint("green", "pass"), failed: paint("red", "FAIL"), skipped: "skip" };
  const rows = checks.flatMap(({ id, title, status, problems }) => [
    `${mark[status]}  ${id.padEnd(10)}  ${title}`,
    ...problems.map((problem) => `        - ${formatProblem(problem)}`),
  ]);
  const summary =
    verdict === "valid"
      ? paint(
          "green",
          `${archive} is valid: version ${about.version}, commit ${about.commit}, signed by ${about.signedBy}`,
        )
      : paint("red", `${archive} is not valid: do not use it`);
  return `${[...rows, summary].join("\n")}\n`;
}
