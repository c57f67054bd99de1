import { notApplicable, type Verdict } from "./check.ts";
import type { CheckContext } from "./check-context.ts";

/** The host of a target's address, without the brackets of an IPv6 address. */
export function hostOf({ url }: CheckContext["target"]): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, "");
}

/**
 * The verdict about closed ports of a host that does not accept connections even at the gateway port: nothing was proven. Undefined if it
 * accepts them.
 */
export async function unreachableVerdict({
  target,
  port,
}: Pick<CheckContext, "target" | "port">): Promise<Verdict | undefined> {
  const { port: given, protocol } = new URL(target.url);
  const number = Number(given || (protocol === "https:" ? 443 : 80));
  const state = await port(hostOf(target), number);
  return state === "open"
    ? undefined
    : notApplicable(`${hostOf(target)}:${number} does not accept connections, so closed ports prove nothing`);
}
