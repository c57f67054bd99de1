import { expect, test } from "@jest/globals";
import { SECRET_NAMES } from "../../components/shared/secret-names.ts";
import { findResource, planOf } from "../support/plans.ts";

test.each(["staging", "production"] as const)(
  "%s has each generated secret in Secrets Manager with its own name and the KMS key, and none in plaintext",
  async (environment) => {
    const plan = await planOf(environment);
    for (const secret of SECRET_NAMES) {
      const container = findResource(plan, `secrets-mirror-${secret}`);
      expect(container.inputs.name).toBe(`spacetime-vr/${environment}/${secret}`);
      expect(container.inputs.kmsKeyId).toMatch(/^generated:/);
      expect(container.protect).toBe(environment === "production");
      const { secretString } = findResource(plan, `secrets-mirror-${secret}-version`).inputs;
      expect(secretString).toMatch(new RegExp(`^\\[secret secrets-${secret}\\.(base64|hex)\\]$`));
    }
  },
);

test("an environment without an AWS account has no secrets in Secrets Manager", async () => {
  const { resources } = await planOf("package");
  expect(resources.filter(({ type }) => type.startsWith("aws:"))).toEqual([]);
});
