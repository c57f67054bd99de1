import { expect, test } from "@jest/globals";
import type { CheckContext } from "../../probes/check-context.ts";
import { networkIsolation } from "../../probes/health/network.ts";
import { debugPorts } from "../../probes/security/debug-ports.ts";
import { debugAdapterClosed, languageServerClosed } from "../../probes/smoke/debug-ports.ts";

/** A host on which only the given ports accept connections. */
function hostWith(...open: readonly number[]): CheckContext {
  return {
    target: { url: "https://play.example.org:8443", debugPorts: { dap: 6006, lsp: 6005 } },
    port: async (_: string, number: number) => (open.includes(number) ? "open" : "closed"),
  } as unknown as CheckContext;
}

test.each([debugAdapterClosed, languageServerClosed, debugPorts, networkIsolation])(
  "$suite/$name: closed ports of a host that does not respond prove nothing",
  async (check) => {
    const outcomes = async (context: CheckContext) =>
      new Set(Object.values((await check.run(context)).findings).map(({ outcome }) => outcome));
    expect(await outcomes(hostWith())).toEqual(new Set(["not-applicable"]));
    expect(await outcomes(hostWith(8443))).toEqual(new Set(["pass"]));
    expect(await outcomes(hostWith(8443, 6006, 6005, 5432))).toEqual(new Set(["fail"]));
  },
);
