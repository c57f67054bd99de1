import { InputError } from "../../components/shared/errors.ts";
import { isLoopback } from "../target/loopback.ts";
import type { Target } from "../target/target.ts";

/** Returns the hosts of a target that are not this machine. */
export function remoteHosts({ url, telemetryUrl }: Pick<Target, "url" | "telemetryUrl">): string[] {
  const remote = [url, telemetryUrl].filter((one) => !isLoopback(one)).map((one) => new URL(one).host);
  return [...new Set(remote)];
}

/**
 * Prevents that a mistyped target puts load on production or on a third party's machine.
 * @throws InputError if a host is not this machine and remote hosts are not allowed
 */
export function requireRemoteAllowed(
  target: Pick<Target, "url" | "telemetryUrl">,
  allowRemote: boolean,
): void {
  const hosts = remoteHosts(target);
  if (hosts.length === 0 || allowRemote) return;
  throw new InputError("Invalid load profile:", [
    {
      subject: "target",
      value: hosts.join(", "),
      rule: "is not this machine",
      remedy: "If you are allowed to load-test it, add --allow-remote.",
    },
  ]);
}
