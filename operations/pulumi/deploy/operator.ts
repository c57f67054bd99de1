import { userInfo } from "node:os";
import { runGit } from "../../../components/shared/run-git.ts";

const REMEDY = "The ledger names the operator by git's user.email: install git and run this again.";

/**
 * Who runs the command, for the ledger: the actor of a pipeline, git's configured address, or the user of this machine. It is a claim
 * of that machine, not a proof.
 */
export function readOperator(directory: string, environment: NodeJS.ProcessEnv): string {
  const actor = environment.GITHUB_ACTOR ?? environment.GITLAB_USER_LOGIN;
  if (actor !== undefined && actor !== "") return actor;
  const email = runGit(directory, REMEDY, "config", "user.email").stdout.trim();
  return email === "" ? userName() : email;
}

/** A container may run as a user without an entry in its user database. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown user";
  }
}
