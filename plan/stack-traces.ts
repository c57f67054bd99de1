/**
 * Runs a function without stack traces of errors. The SDK captures one for each of the thousands of promises of a plan, which
 * takes a fifth to a third of the CPU time; they are only shown with `--debug`.
 */
export async function withoutStackTraces<Value>(run: () => Promise<Value>): Promise<Value> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
