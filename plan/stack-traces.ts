/**
 * Runs something during which errors get no stack trace. The SDK writes one out for each of the thousands of promises of a plan, which
 * is a fifth to a third of the processor's time; nobody sees any of them unless `--debug` asks.
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
