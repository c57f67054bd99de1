import { type Failure, fail, passIf, type Verdict } from "./check.ts";
import type { CheckContext } from "./check-context.ts";
import type { HttpResponse } from "./client/http.ts";
import { describeResponse, parseBody, tokenBody } from "./contract.ts";
import { Secret } from "./secret.ts";

const MISSING_TOKEN: Failure = {
  reason: "This check requires the service token, but it is not set.",
  expected: "the service token of this environment",
  seen: "no token",
  remedy: "Set SPACETIME_VR_API_TOKEN, or pass the file that contains the token: --token-file <file>.",
};

/** Returns a failure if the service token is missing, otherwise undefined. */
export function missingTokenVerdict({ target }: CheckContext): Verdict | undefined {
  return target.apiToken === undefined ? fail(MISSING_TOKEN) : undefined;
}

/** Mints a JWT of a role for a subject of this run; without a token, `reply` explains the failure. */
export async function mintToken(
  { http, run }: CheckContext,
  role: "observer" | "player" | "operator",
  subject = `${run}-${role}`,
): Promise<{ readonly token?: Secret; readonly reply: HttpResponse }> {
  const reply = await http("/auth/token", { method: "POST", body: { subject, role } });
  const body = parseBody(reply, tokenBody);
  return body?.role === role ? { token: new Secret(body.access_token), reply } : { reply };
}

/** Returns a failure for a token that could not be minted. */
export function mintFailedVerdict(reply: HttpResponse): Verdict {
  return passIf(false, {
    reason: "The service token cannot be exchanged for a token of the requested role.",
    expected: "200 with an access token of the requested role",
    seen: describeResponse(reply),
    remedy: "Check that the token belongs to this environment and was not rotated.",
  });
}
