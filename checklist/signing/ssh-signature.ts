import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError, MissingToolError } from "../../components/shared/errors.ts";

/**
 * What a signature is for. OpenSSH signs the namespace too, so that a signature of one kind is not valid as another.
 * https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
 */
export type SignatureNamespace = "sign-off@spacetime-vr" | "waiver@spacetime-vr" | "evidence@spacetime-vr";

/** The result of a verification. */
export type SignatureCheck =
  | { readonly valid: true /** SHA-256 fingerprint of the key. */; readonly fingerprint: string }
  | { readonly valid: false; readonly reason: string };

interface SignatureToVerify {
  readonly content: string;
  readonly signature: string;
  readonly namespace: SignatureNamespace;
  /** The identity that must have signed it. */
  readonly signer: string;
  /** Path of the allowed-signers file. */
  readonly allowedSigners: string;
  /** Path of the file with revoked keys, if there is one. */
  readonly revokedKeys?: string | undefined;
  /** The times at which the key must be valid. */
  readonly at: readonly Date[];
}

/** Signs a text with an SSH key; the key may be in an agent, if `keyFile` is its public key. */
export function signWithSsh(content: string, keyFile: string, namespace: SignatureNamespace): string {
  // Without a file argument, ssh-keygen signs standard input; a passphrase is asked on the terminal.
  const run = runSshKeygen(["-Y", "sign", "-f", keyFile, "-n", namespace], content);
  if (run.status === 0 && run.stdout.startsWith("-----BEGIN SSH SIGNATURE-----")) return run.stdout;
  throw new InputError("Nothing was signed:", [
    {
      subject: "--key",
      value: keyFile,
      rule: `cannot sign (ssh-keygen: ${lastLine(run.stderr)})`,
      remedy: "Name your private SSH key, or the public key of a key in your agent.",
    },
  ]);
}

/** Verifies a signature at each of the given times. */
export function verifyWithSsh(request: SignatureToVerify): SignatureCheck {
  const scratch = mkdtempSync(join(tmpdir(), "ssh-signature-"));
  try {
    const signatureFile = join(scratch, "signature");
    writeFileSync(signatureFile, request.signature, { mode: 0o600 });
    let checked: SignatureCheck = { valid: false, reason: "no time was given" };
    for (const time of request.at) {
      checked = verifyAt(request, signatureFile, time);
      if (!checked.valid) return checked;
    }
    return checked;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function verifyAt(request: SignatureToVerify, signatureFile: string, time: Date): SignatureCheck {
  const { content, namespace, signer, allowedSigners, revokedKeys } = request;
  const stamp = time.toISOString().replaceAll(/[-:T]/g, "").slice(0, 14);
  const args = [
    ...["-Y", "verify", "-f", allowedSigners, "-I", signer, "-n", namespace, "-s", signatureFile],
    ...["-O", `verify-time=${stamp}`],
    ...(revokedKeys === undefined ? [] : ["-r", revokedKeys]),
  ];
  const run = runSshKeygen(args, content);
  const fingerprint = /\bkey (SHA256:\S+)/.exec(run.stdout)?.[1];
  if (run.status === 0 && fingerprint !== undefined) return { valid: true, fingerprint };
  return { valid: false, reason: explainFailure(`${run.stderr}\n${run.stdout}`, request, time) };
}

/** OpenSSH says `Could not verify signature.` for every failure, and the reason of some in addition. */
function explainFailure(output: string, { signer, allowedSigners }: SignatureToVerify, time: Date): string {
  const day = time.toISOString().slice(0, 10);
  if (/incorrect signature|parse signature|invalid format|incomplete message/i.test(output))
    return "the file or its signature was changed after it was signed";
  if (/namespace does not match/i.test(output)) return "it was signed for another purpose";
  if (/key has expired|not yet valid/i.test(output)) return `the key of ${signer} was not valid on ${day}`;
  if (/allowed keys file/i.test(output)) return `${allowedSigners} does not exist`;
  if (/Could not verify/i.test(output)) return `it was not signed with a key of ${signer}`;
  return `ssh-keygen: ${lastLine(output)}`;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}

/** Variables that OpenSSH needs: the search path, the home directory, the agent, and a clock in UTC. */
function sshEnvironment(): NodeJS.ProcessEnv {
  const kept = [
    "PATH",
    "HOME",
    "SSH_AUTH_SOCK",
    "SSH_ASKPASS",
    "DISPLAY",
    "SystemRoot",
    "USERPROFILE",
    "TEMP",
  ];
  const found = kept.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(found), TZ: "UTC", LC_ALL: "C" };
}

function runSshKeygen(args: readonly string[], input: string) {
  const run = spawnSync("ssh-keygen", args, {
    input,
    env: sshEnvironment(),
    encoding: "utf8",
    windowsHide: true,
    timeout: 120_000,
  });
  if (errorCode(run.error) === "ENOENT")
    throw new MissingToolError("ssh-keygen", "Install OpenSSH (Debian: openssh-client) and run this again.");
  if (run.error !== undefined) throw run.error;
  return run;
}
