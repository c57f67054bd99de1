import { readdirSync } from "node:fs";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError, type Problem } from "../../components/shared/errors.ts";
import { isReleaseVersion } from "./package-layout.ts";

/** @throws InputError for an invalid version or directory; also before the export is checked, which takes longer. */
export function validateBuildArguments({
  version,
  out,
}: {
  readonly version: string;
  readonly out: string;
}): void {
  if (!isReleaseVersion(version)) {
    throw buildError([
      {
        subject: "version",
        value: version,
        rule: "must be a semantic version without build metadata",
        remedy: "Use a version such as 2.5.0 or 2.5.0-rc.1.",
      },
    ]);
  }
  try {
    if (readdirSync(out).length === 0) return;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    throw buildError([
      {
        subject: "--out",
        value: out,
        rule: `cannot be used as a directory (${errorCode(error) ?? String(error)})`,
        remedy: "Name a new directory.",
      },
    ]);
  }
  const remedy = "Name a new directory: a release is never replaced.";
  throw buildError([{ subject: "--out", value: out, rule: "is not empty", remedy }]);
}

/** A usage error of a build. */
export function buildError(problems: readonly Problem[]): InputError {
  return new InputError("The release cannot be built:", problems);
}
