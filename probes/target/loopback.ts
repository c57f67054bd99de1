import { isIPv4 } from "node:net";
import { InputError } from "../../components/shared/errors.ts";

/** Whether a URL leads to this machine and nowhere else, by its very name: a lookup could be told anything. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    hostname === "localhost" || hostname === "[::1]" || (isIPv4(hostname) && hostname.startsWith("127."))
  );
}

/**
 * An address that a token is sent to.
 * @throws InputError when it is none, or when the token would travel to another machine in plain text.
 */
export function requireTlsOrLoopback(subject: string, value: string, protocols: readonly string[]): string {
  const refuse = (rule: string, remedy: string): never => {
    throw new InputError("Invalid probe target:", [{ subject, value, rule, remedy }]);
  };
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const [secure = ""] = protocols;
  if (url === undefined || !protocols.includes(url.protocol))
    return refuse(
      `must be an address that begins with ${secure}//`,
      "Use the URL of the gateway's TLS port.",
    );
  if (url.protocol === secure || isLoopback(value)) return value;
  return refuse(
    `must begin with ${secure}//: the token would travel in plain text`,
    "Use the gateway's TLS port; plain text is allowed for loopback addresses only.",
  );
}
