import { type Failure, fail, passIf, type Verdict } from "./check.ts";
import type { CheckContext } from "./check-context.ts";
import type { HttpResponse } from "./client/http.ts";
import { describeResponse, parseBody, tokenBody } from "./contract.ts";
import { Secret } from "./secret.ts";

const MISSING_TOKEN: Failure = {
  reason: "This question needs the service token, and none was given.",
  expected: "the service token of this environment",
  seen: "no token",
  remedy: "Set SPACETIME_VR_API_TOKEN, or name a file that holds it: --token-file <file>.",
};

/** What to say where the service token is missing; undefined where it is there. */
export function missingTokenVerdict({ target }: CheckContext): Verdict | undefined {
  return target.apiToken === undefined ? fail(MISSING_TOKEN) : undefined;
}

/** A JWT of a role, minted with the service token for something that this run made up; undefined with the refusal. */
export async function mintToken(
  { http, run }: CheckContext,
  role: "observer" | "player" | "operator",
  subject = `${run}-${role}`,
): Promise<{ readonly token?: Secret; readonly reply: HttpResponse }> {
  const reply = await http("/auth/token", { method: "POST", body: { subject, role } });
  const body = parseBody(reply, tokenBody);
  return body?.role === role ? { token: new Secret(body.access_token), reply } : { reply };
}

/** What to say when no token could be minted. */
export function mintFailedVerdict(reply: HttpResponse): Verdict {
  return passIf(false, {
    reason: "The service token cannot be exchanged for a player's.",
    expected: "200 with an access token of the role that was asked for",
    seen: describeResponse(reply),
    remedy: "See that the token is this environment's: it was rotated, or belongs to another one.",
  });
}
