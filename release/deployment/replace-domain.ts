import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { hostname } from "../../components/config/schema/scalars.ts";
import { InputError } from "../../components/shared/errors.ts";
import type { Rendering } from "../../operations/secrets/rendering.ts";
import { CHART_DIRECTORY } from "../package/package-layout.ts";

/**
 * The secrets of a package for a site with another domain: its public certificate is issued for that name.
 * @param root the directory of the unpacked package, whose chart names its domain.
 * @throws InputError for an invalid name, or if no certificate of the package is for its domain.
 */
export function replaceDomain(rendering: Rendering, root: string, domain: string): Rendering {
  if (!hostname.safeParse(domain).success) {
    throw domainError(domain, "is not a lower-case host name", "Use a name such as play.site.example.");
  }
  const values = parse(readFileSync(join(root, CHART_DIRECTORY, "values.yaml"), "utf8")) as {
    readonly domain: string;
  };
  let replaced = false;
  const replace = <T>(value: T): T => {
    if (value === (values.domain as unknown)) {
      replaced = true;
      return domain as T;
    }
    if (Array.isArray(value)) return value.map(replace) as T;
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner)])) as T;
  };
  const generators = rendering.index.generators.map((generator) => ({
    ...generator,
    inputs: replace(generator.inputs),
  }));
  if (!replaced && domain !== values.domain) {
    const remedy = "Omit --domain, and provide the certificate of this site as the package's documents say.";
    throw domainError(
      domain,
      `cannot be used: the package generates no certificate for ${values.domain}`,
      remedy,
    );
  }
  return { ...rendering, index: { ...rendering.index, generators } };
}

function domainError(value: string, rule: string, remedy: string): InputError {
  return new InputError("The secrets cannot be generated:", [{ subject: "--domain", value, rule, remedy }]);
}
