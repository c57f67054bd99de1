import { enableCompileCache } from "node:module";
import { errorMessage } from "../../errors.ts";
import { secureEnvironment } from "../../operator-environment.ts";
import { startDeployment, type UpOptions } from "../up.ts";
import { verifyDeployment } from "../verification/verify-deployment.ts";

/**
 * Entry point of the background process of `local up --detach`; it sends its first messages to the process that
 * started it.
 */
export type DetachedOptions = Omit<UpOptions, "env" | "verify">;

enableCompileCache(process.env.NODE_COMPILE_CACHE);

function sendToParent(line: unknown): void {
  // The starting process may have exited; the log has the messages.
  if (process.connected) process.send?.(line, () => undefined);
}

async function main(): Promise<void> {
  secureEnvironment(process.env);
  const options = JSON.parse(process.argv[2] ?? "{}") as DetachedOptions;
  const { supervisor, rolled } = await startDeployment(
    { ...options, env: process.env, verify: verifyDeployment },
    (event) => sendToParent({ kind: "event", event }),
  );
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void supervisor.stop());
  process.on("SIGHUP", () => undefined);
  process.on("disconnect", () => undefined);
  sendToParent({ kind: "result", result: await rolled });
  await supervisor.ended;
  process.exit(0);
}

main().catch((error: unknown) => {
  const known = typeof error === "object" && error !== null ? Reflect.get(error, "exitCode") : undefined;
  const exitCode = Number(known ?? 1);
  // An unexpected error needs its stack trace; standard error is a log file here.
  if (error instanceof Error && known === undefined) process.stderr.write(`${error.stack}\n`);
  const line = { kind: "error", message: errorMessage(error), exitCode };
  if (process.connected) process.send?.(line, () => process.exit(exitCode));
  else process.exit(exitCode);
});
