import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

interface PolicyPackStart {
  /** The SDK's `cmd/run-policy-pack`. */
  readonly runner: string;
  readonly directory: string;
  readonly engineAddress: string;
  /** Added to this process's environment. */
  readonly environment: NodeJS.ProcessEnv;
  readonly onStart?: (child: ChildProcess) => void;
  readonly onStderr?: (text: Buffer) => void;
}

/** Starts a policy pack as the language host of Pulumi does. @returns the process and its port, once it serves. */
export async function startPolicyPack({
  runner,
  directory,
  engineAddress,
  environment,
  onStart,
  onStderr,
}: PolicyPackStart) {
  const child = spawn(process.execPath, [runner, engineAddress, directory], {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onStart?.(child);
  let errors = "";
  child.stderr.on("data", (text: Buffer) => {
    errors += text;
    onStderr?.(text);
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the policy pack in ${directory} ended with exit code ${code}: ${errors}`);
  });
  // Ending the process later is not an error.
  ended.catch(() => undefined);
  const [port] = (await Promise.race([once(child.stdout, "data"), ended])) as [Buffer];
  return { child, port: port.toString().trim() };
}
