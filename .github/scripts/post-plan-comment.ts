import { execFileSync } from "node:child_process";
import { readReport } from "./artifact-report.ts";
import { COMMENT_MARKER, parsePullRequestNumber, renderComment } from "./plan-comment.ts";

const { REPORT = "", REPOSITORY = "", HEAD_SHA = "", RUN_URL = "" } = process.env;

function callGitHubApi(args: readonly string[], input?: unknown): string {
  const options = input === undefined ? {} : { input: JSON.stringify(input) };
  return execFileSync("gh", ["api", ...args, ...(input === undefined ? [] : ["--input", "-"])], {
    encoding: "utf8",
    ...options,
  });
}

const pullRequest = parsePullRequestNumber(readReport(REPORT, "number") ?? "");
const pullRequestPath = `repos/${REPOSITORY}/pulls/${pullRequest}`;
// The number comes from the untrusted run; the head commit comes from GitHub.
if (pullRequest === undefined || callGitHubApi([pullRequestPath, "--jq", ".head.sha"]).trim() !== HEAD_SHA) {
  throw new Error(
    `The artifact names pull request ${pullRequest ?? "(none)"}, whose head is not the commit of the run (${HEAD_SHA}).`,
  );
}

const reports = ["production", "staging", "package", "local"].flatMap((environment) => {
  const text = readReport(REPORT, `${environment}.diff`);
  return text === undefined ? [] : [{ environment, text }];
});
const body = renderComment(reports, RUN_URL);
const comments = `repos/${REPOSITORY}/issues/${pullRequest}/comments`;
const ownCommentFilter = `.[] | select(.user.login == "github-actions[bot]" and (.body | startswith("${COMMENT_MARKER}"))) | .id`;
const [existing] = callGitHubApi([comments, "--paginate", "--jq", ownCommentFilter]).trim().split("\n");
if (existing === undefined || existing === "") callGitHubApi([comments], { body });
else callGitHubApi(["--method", "PATCH", `repos/${REPOSITORY}/issues/comments/${existing}`], { body });
