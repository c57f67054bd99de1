import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError, type Problem } from "../../components/shared/errors.ts";
import { Secret } from "../secret.ts";

/** Limit for token files; tokens are far shorter. */
const MAX_TOKEN_BYTES = 4096;

/** A usage error of a probe command. */
export function rejectedTarget(problem: Problem): InputError {
  return new InputError("Invalid probe target:", [problem]);
}

/** A file with one token. */
export function readToken(subject: string, path: string): Secret {
  const text = readSmallFile(subject, path).trim();
  if (/^\S+$/.test(text)) return new Secret(text);
  throw rejectedTarget({
    subject,
    value: path,
    rule: "must hold one token and nothing else",
    remedy: "Write only the token into the file, with mode 0600.",
  });
}

/** A file with a certificate. */
export function readPem(subject: string, path: string): string {
  const text = readSmallFile(subject, path, 2 ** 20);
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw rejectedTarget({
    subject,
    value: path,
    rule: "must hold a certificate in PEM",
    remedy: "Name the file of the CA certificate that signed the gateway's certificate.",
  });
}

function readSmallFile(subject: string, path: string, maxBytes = MAX_TOKEN_BYTES): string {
  const reject = (rule: string): InputError =>
    rejectedTarget({ subject, value: path, rule, remedy: "Name a file that exists and that you may read." });
  const file = resolve(path);
  try {
    const status = statSync(file);
    if (!status.isFile() || status.size > maxBytes)
      throw reject(`must be a regular file of at most ${maxBytes} bytes`);
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw reject(`cannot be read (${errorCode(error) ?? "unknown error"})`);
  }
}
