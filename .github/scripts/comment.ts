import { execFileSync } from "node:child_process";
import { commentBody, MARKER, pullRequestNumber } from "./comment-body.ts";
import { readReport } from "./report-file.ts";

const { REPORT = "", REPOSITORY = "", HEAD_SHA = "", RUN_URL = "" } = process.env;

function api(args: readonly string[], input?: unknown): string {
  const options = input === undefined ? {} : { input: JSON.stringify(input) };
  return execFileSync("gh", ["api", ...args, ...(input === undefined ? [] : ["--input", "-"])], {
    encoding: "utf8",
    ...options,
  });
}

const number = pullRequestNumber(readReport(REPORT, "number") ?? "");
const pull = `repos/${REPOSITORY}/pulls/${number}`;
// The number is the untrusted run's word; the commit is GitHub's.
if (number === undefined || api([pull, "--jq", ".head.sha"]).trim() !== HEAD_SHA) {
  throw new Error("The artifact names another pull request than the one that its run was for.");
}

const reports = ["production", "staging", "package", "local"].flatMap((environment) => {
  const text = readReport(REPORT, `${environment}.diff`);
  return text === undefined ? [] : [{ environment, text }];
});
const body = commentBody(reports, RUN_URL);
const comments = `repos/${REPOSITORY}/issues/${number}/comments`;
const mine = `.[] | select(.user.login == "github-actions[bot]" and (.body | startswith("${MARKER}"))) | .id`;
const [present] = api([comments, "--paginate", "--jq", mine]).trim().split("\n");
if (present === undefined || present === "") api([comments], { body });
else api(["--method", "PATCH", `repos/${REPOSITORY}/issues/comments/${present}`], { body });
