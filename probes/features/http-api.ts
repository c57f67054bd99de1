import { mintFailedVerdict, mintToken, missingTokenVerdict } from "../access-token.ts";
import { defineCheck, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import {
  describeResponse,
  errorBody,
  parseBody,
  performanceBody,
  readyBody,
  sceneBody,
  statusBody,
} from "../contract.ts";
import { Secret } from "../secret.ts";

/** Read requests and the schemas of their responses. */
const READ_ROUTES = [
  ["/status", statusBody],
  ["/performance", performanceBody],
  ["/scene", sceneBody],
] as const;

export const httpApi = defineCheck({
  suite: "features",
  name: "http-api",
  title: "API responses and errors match the API contract.",
  findings: ["answers", "errors"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { answers: missing, errors: missing } };
    const { http, run } = context;
    const ready = await http("/ready", { retry: false });
    const replies = await Promise.all(
      READ_ROUTES.map(async ([path, schema]) => ({ path, schema, reply: await http(path) })),
    );
    const invalid = replies.filter(({ reply, schema }) => parseBody<unknown>(reply, schema) === undefined);
    const isReadyValid = readyBody.safeParse(ready.json).success;
    const errors = await Promise.all([
      http(`/players/${run}-unknown`).then((reply) => ({ reply, status: 404 })),
      http("/scene", { method: "DELETE" }).then((reply) => ({ reply, status: 405 })),
      http("/players", { method: "POST", body: { unknown: true } }).then((reply) => ({ reply, status: 400 })),
    ]);
    const unclear = errors.find(
      ({ reply, status }) => reply.status !== status || !errorBody.safeParse(reply.json).success,
    );
    return {
      findings: {
        answers: passIf(invalid.length === 0 && isReadyValid, {
          reason: "Responses do not match the API contract.",
          expected: "reference-server/contract/openapi.yaml",
          seen: isReadyValid
            ? invalid.map(({ path, reply }) => `${path}: ${describeResponse(reply)}`).join("; ")
            : describeResponse(ready),
          remedy: "Deploy a build that implements the API contract.",
        }),
        errors: passIf(unclear === undefined, {
          reason: "An error response does not match the API contract.",
          expected: `${unclear?.status ?? 400} with an error and a message`,
          seen: unclear === undefined ? "nothing" : describeResponse(unclear.reply),
          remedy:
            "Clients rely on the status and the error code: deploy a build that implements the API contract.",
        }),
      },
      measured: { routes: READ_ROUTES.length + 1 + errors.length },
    };
  },
});

/** A minted token, or the response to a failed attempt. */
type MintResult = Awaited<ReturnType<typeof mintToken>>;

/** Sends requests with a token and returns their statuses. */
type RequestStatuses = (token: Secret) => Promise<readonly number[]>;

/** Sends allowed and forbidden requests for each role and compares their statuses with the contract. */
export const accessControl = defineCheck({
  suite: "features",
  name: "access-control",
  title: "Each role has exactly its permissions; forged tokens are rejected.",
  findings: ["observer", "player", "operator", "forged"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) {
      return { findings: { observer: missing, player: missing, operator: missing, forged: missing } };
    }
    const [observer, player, operator] = await Promise.all([
      mintToken(context, "observer"),
      mintToken(context, "player"),
      mintToken(context, "operator"),
    ]);
    const status = createStatusRequester(context);
    const unknownPlayer = `/players/${context.run}-unknown`;
    const requestAsObserver: RequestStatuses = (token) =>
      Promise.all([
        status(token, "GET /scene"),
        status(token, "POST /players", { name: "spacetime-vr-probe" }),
      ]);
    const requestAsPlayer: RequestStatuses = (token) =>
      Promise.all([
        status(token, "GET /players"),
        status(token, `GET ${unknownPlayer}-2`),
        status(token, `DELETE ${unknownPlayer}`),
      ]);
    const requestAsOperator: RequestStatuses = (token) =>
      Promise.all([
        status(token, `DELETE ${unknownPlayer}`),
        status(token, "POST /auth/token", TOKEN_REQUEST),
      ]);
    return {
      findings: {
        observer: await evaluateRole(observer, requestAsObserver, [200, 403]),
        player: await evaluateRole(player, requestAsPlayer, [200, 403, 403]),
        operator: await evaluateRole(operator, requestAsOperator, [404, 403]),
        forged: await evaluateRole(
          operator,
          async (token) => [await status(forgeSignature(token), "GET /scene")],
          [401],
        ),
      },
    };
  },
});

function createStatusRequester({ http }: CheckContext) {
  return async (auth: Secret, request: string, body?: object): Promise<number> => {
    const [method, path = ""] = request.split(" ") as ["GET" | "POST" | "DELETE", string?];
    return (await http(path, { auth, method, ...(body === undefined ? {} : { body }) })).status;
  };
}

async function evaluateRole(
  { token, reply }: MintResult,
  requestStatuses: RequestStatuses,
  expected: readonly number[],
): Promise<Verdict> {
  if (token === undefined) return mintFailedVerdict(reply);
  const actual = await requestStatuses(token);
  return passIf(
    expected.every((code, index) => actual[index] === code),
    {
      reason: "A role has more or fewer permissions than the contract grants.",
      expected: expected.join(", "),
      seen: actual.join(", "),
      remedy: "Set GODOT_RBAC_ENABLED to true, and check GODOT_RBAC_SCENE_ROLE.",
    },
  );
}

const TOKEN_REQUEST = { subject: "spacetime-vr-probe", role: "admin" };

/** Returns the token with an invalid signature. */
function forgeSignature(token: Secret): Secret {
  const [head = "", claims = "", signature = ""] = token.reveal().split(".");
  return new Secret(`${head}.${claims}.${[...signature].reverse().join("")}`);
}
