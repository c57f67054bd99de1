import type { RawConfig } from "../../components/config/config.ts";
import { readStackFile } from "../../components/config/stack-file.ts";
import type { Environment } from "../../components/shared/environments.ts";

/** A stack file's values, free to be changed by a test. */
// biome-ignore lint/suspicious/noExplicitAny: a test changes any value of any depth, valid or not
export type Values = Record<string, any>;

const DOMAINS: Readonly<Record<Environment, string>> = {
  local: "localhost",
  staging: "staging.spacetime-vr.com",
  production: "play.spacetime-vr.com",
  package: "play.spacetime-vr.com",
};

/** A digest that looks like a build's. */
const DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/** A raw config with other values, or with other keys marked as encrypted. */
export function changed(
  raw: RawConfig,
  change: (values: Values) => void,
  secretKeys: readonly string[] = [],
): RawConfig {
  const values = structuredClone(raw.values) as Values;
  change(values);
  return { ...raw, values, secretKeys: new Set([...raw.secretKeys, ...secretKeys]) };
}

/** The committed stack file with an owner's values in place of the examples: what passes every check. */
export function filledRawConfig(
  environment: Environment,
  change: (values: Values) => void = () => undefined,
  secretKeys: readonly string[] = [],
): RawConfig {
  const filled = changed(readStackFile(process.cwd(), environment), (values) => {
    values.gameServer.image = `registry.spacetime-vr.com/game/server@sha256:${DIGEST}`;
    values.gateway.domain = DOMAINS[environment];
    if (environment === "staging") values.gateway.exposure.sourceCidrs = ["185.12.64.0/24"];
    if (values.monitoring.notifications.email.kind === "smtp") {
      Object.assign(values.monitoring.notifications.email, {
        host: "smtp.spacetime-vr.com",
        cidrs: ["185.12.65.0/24"],
        from: "alerts@spacetime-vr.com",
        username: "alerts@spacetime-vr.com",
        to: "operations@spacetime-vr.com",
      });
      values.monitoring.notifications.deadMansSwitch.url = "https://switch.spacetime-vr.com/ping";
    }
    if (values.certificates.kind === "acme") {
      values.certificates.email = "operations@spacetime-vr.com";
      values.certificates.hostedZoneId = "Z04827193QWERTZUIOPA";
    }
  });
  return changed(filled, change, secretKeys);
}
