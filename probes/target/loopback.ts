import { isIPv4 } from "node:net";
import { InputError } from "../../components/shared/errors.ts";

/** Whether a URL is this machine. Only the name is compared, because a DNS response could be forged. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    hostname === "localhost" || hostname === "[::1]" || (isIPv4(hostname) && hostname.startsWith("127."))
  );
}

/**
 * Validates a URL to which a token is sent.
 * @throws InputError if it is invalid, or if the token would be sent to another machine in plain text
 */
export function requireTlsOrLoopback(subject: string, value: string, protocols: readonly string[]): string {
  const reject = (rule: string, remedy: string): never => {
    throw new InputError("Invalid probe target:", [{ subject, value, rule, remedy }]);
  };
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const [secure = ""] = protocols;
  if (url === undefined || !protocols.includes(url.protocol))
    return reject(
      `must be an address that begins with ${secure}//`,
      "Use the URL of the gateway's TLS port.",
    );
  if (url.protocol === secure || isLoopback(value)) return value;
  return reject(
    `must begin with ${secure}//: the token would be sent in plain text`,
    "Use the gateway's TLS port; plain text is allowed for loopback addresses only.",
  );
}

/** An address to which paths can be appended. */
export function stripTrailingSlashes(url: string): string {
  return url.replace(/\/+$/, "");
}
