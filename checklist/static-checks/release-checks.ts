import type { StaticCheckName } from "../check-names.ts";
import type { ReleaseRecord } from "../records/release-record.ts";
import { checked, missing, type StaticCheck, type StaticOutcome } from "./static-check.ts";

/** The checks of a release, with the findings that items refer to. */
const RELEASE_CHECKS_AND_FINDINGS: readonly (readonly [name: StaticCheckName, ...findings: string[]])[] = [
  ["release/executable"],
  ["release/size"],
  ["release/export-metadata", "version", "company", "product", "description"],
  ["release/server-build"],
  ["release/no-log-files"],
  ["release/signature"],
  ["release/reproducible"],
];

function judgeRelease(release: ReleaseRecord | undefined, name: string, finding?: string): StaticOutcome {
  if (release === undefined)
    return missing("The release commands have not recorded a release to be deployed.");
  const found = release.checks.find((one) => one.name === name && one.finding === finding);
  if (found === undefined) return missing(`The release ${release.release} was not checked for this.`);
  return checked(found.subjects, found.problems, found.recorded);
}

function releaseCheck(name: StaticCheckName, finding?: string): StaticCheck {
  return {
    name,
    ...(finding === undefined ? {} : { finding }),
    run: ({ release }) => judgeRelease(release, name, finding),
  };
}

/** Checks of the release to be deployed. */
export const RELEASE_CHECKS: readonly StaticCheck[] = [
  ...RELEASE_CHECKS_AND_FINDINGS.flatMap(([name, ...findings]) =>
    findings.length === 0 ? [releaseCheck(name)] : findings.map((finding) => releaseCheck(name, finding)),
  ),
  releaseCheck("release/checksums"),
  releaseCheck("release/checksums", "as-tried"),
];
