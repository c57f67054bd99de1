import { describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import { InputError, type Problem } from "../../components/shared/errors.ts";
import { enforcementLevelFor, isWaiverActive, parsePolicyConfig, type Waiver } from "../../policy/config.ts";
import { loadPolicyConfig } from "../../policy/load-config.ts";
import { policyPackConfig } from "../../policy/pack/policy-pack-config.ts";
import { RULES } from "../../policy/rules/index.ts";
import type { Inputs } from "./support/draft-plan.ts";

const committed = loadPolicyConfig(".");
const names = RULES.map(({ name }) => name);

const WAIVER: Waiver = {
  rule: "require-pinned-images",
  environment: "production",
  resource: "kubernetes:apps/v1:Deployment::gateway-deployment",
  owner: "platform team",
  reason: "the vendor has not tagged the fix yet",
  expires: "2026-03-31",
};

/** Parses the committed configuration after a change. */
function parseChanged(change: (config: Inputs) => void): unknown {
  const config = structuredClone(committed) as unknown as Inputs;
  change(config);
  return parsePolicyConfig(stringify(config), "config.yaml", names);
}

function problemsOf(change: (config: Inputs) => void): readonly Problem[] {
  try {
    parseChanged(change);
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}

describe("the committed enforcement levels", () => {
  test("all rules are mandatory for deployments of production, staging and the package", () => {
    for (const environment of ["production", "staging", "package"] as const) {
      const levels = new Set(
        names.map((name) => enforcementLevelFor(committed, name, environment, "deploy")),
      );
      expect([...levels]).toEqual(["mandatory"]);
    }
  });

  test("only rules about what the owner supplies are advisory in a plan", () => {
    const lowered = names.filter(
      (name) => enforcementLevelFor(committed, name, "production", "plan") !== "mandatory",
    );
    expect(lowered.sort()).toEqual(["disallow-example-values", "require-alert-receivers"]);
  });

  test("in local, only rules whose violation affects more than the cluster are mandatory", () => {
    const mandatory = names.filter(
      (name) => enforcementLevelFor(committed, name, "local", "deploy") === "mandatory",
    );
    expect(mandatory.sort()).toEqual([
      "disallow-host-access",
      "disallow-opaque-resources",
      "disallow-plaintext-secrets",
      "disallow-privileged-containers",
      "require-generated-secrets",
    ]);
  });

  test("there are no committed waivers", () => {
    expect(committed.waivers).toEqual([]);
  });
});

describe("the --policy-pack-config levels", () => {
  test("make example values advisory in a preview", () => {
    expect(policyPackConfig(committed, "production", "plan")).toEqual({
      "disallow-example-values": "advisory",
      "require-alert-receivers": "advisory",
    });
  });

  test("change nothing in a deployment", () => {
    for (const environment of ENVIRONMENTS)
      expect(policyPackConfig(committed, environment, "deploy")).toEqual({});
  });
});

describe("a waiver", () => {
  test("is active until the end of its last day", () => {
    expect(isWaiverActive(WAIVER, new Date("2026-03-31T23:59:59Z"))).toBe(true);
    expect(isWaiverActive(WAIVER, new Date("2026-04-01T00:00:00Z"))).toBe(false);
  });

  test("is read from the file", () => {
    expect(parseChanged(({ waivers }) => waivers.push(WAIVER))).toMatchObject({ waivers: [WAIVER] });
  });
});

describe("an invalid configuration is rejected with subject, rule and remedy", () => {
  test.each<[string, (config: Inputs) => void, string, RegExp]>([
    [
      "an advisory default in production",
      ({ levels }) => {
        levels.production.default = "advisory";
      },
      "levels.production.default",
      /must be mandatory: advisory rules are not allowed in production/,
    ],
    [
      "an advisory rule in production",
      ({ levels }) => {
        levels.production.rules = { "require-pinned-images": "advisory" };
      },
      "levels.production.rules.require-pinned-images",
      /must be mandatory/,
    ],
    [
      "an unknown level",
      ({ levels }) => {
        levels.local.default = "off";
      },
      "levels.local.default",
      /must be mandatory or advisory/,
    ],
    [
      "a missing environment",
      ({ levels }) => {
        delete levels.package;
      },
      "levels.package",
      /is missing/,
    ],
    [
      "an unknown environment",
      ({ levels }) => {
        levels.dev = { default: "advisory" };
      },
      "levels.dev",
      /is not a known key/,
    ],
    [
      "an unknown section",
      (config) => {
        config.ignore = [];
      },
      "ignore",
      /is not a known key/,
    ],
    [
      "a misspelt rule",
      ({ levels }) => {
        levels.local.rules = { "require-pinned-image": "mandatory" };
      },
      "levels.local.rules",
      /must be the name of a rule/,
    ],
    [
      "a waiver of an unknown rule",
      ({ waivers }) => waivers.push({ ...WAIVER, rule: "be-nice" }),
      "waivers[0].rule",
      /must be the name of a rule/,
    ],
    [
      "an unknown rule in advisoryInPlan",
      (config) => {
        config.advisoryInPlan = ["be-nice"];
      },
      "advisoryInPlan[0]",
      /must be the name of a rule/,
    ],
    [
      "a waiver without an owner",
      ({ waivers }) => waivers.push({ ...WAIVER, owner: " " }),
      "waivers[0].owner",
      /person or team/,
    ],
    [
      "a waiver without a reason",
      ({ waivers }) => waivers.push({ ...WAIVER, reason: "later" }),
      "waivers[0].reason",
      /15 characters/,
    ],
    [
      "a waiver without an expiry date",
      ({ waivers }) => waivers.push({ ...WAIVER, expires: "never" }),
      "waivers[0].expires",
      /must be a date/,
    ],
    [
      "a waiver with an invalid date",
      ({ waivers }) => waivers.push({ ...WAIVER, expires: "2026-02-30" }),
      "waivers[0].expires",
      /must be a date/,
    ],
    [
      "a waiver with a wildcard resource",
      ({ waivers }) => waivers.push({ ...WAIVER, resource: "*" }),
      "waivers[0].resource",
      /type::name/,
    ],
    [
      "a waiver for an unknown environment",
      ({ waivers }) => waivers.push({ ...WAIVER, environment: "dev" }),
      "waivers[0].environment",
      /must be one of local, staging/,
    ],
    [
      "the same waiver twice",
      ({ waivers }) => waivers.push(WAIVER, { ...WAIVER, expires: "2027-01-01" }),
      "waivers[1]",
      /is a duplicate of waivers\[0\]/,
    ],
    [
      "a replica floor of 0",
      ({ parameters }) => {
        parameters.replicaFloor = 0;
      },
      "parameters.replicaFloor",
      /whole number above 0/,
    ],
    [
      "text instead of a number",
      ({ parameters }) => {
        parameters.certificateDays = "a year";
      },
      "parameters.certificateDays",
      /whole number/,
    ],
  ])("%s", (_title, change, subject, rule) => {
    expect(problemsOf(change)).toEqual([
      expect.objectContaining({ subject, rule: expect.stringMatching(rule) }),
    ]);
  });

  test("a misspelt rule gets a suggestion", () => {
    const [problem] = problemsOf(({ levels }) => {
      levels.local.rules = { "require-pinned-image": "mandatory" };
    });
    expect(problem?.remedy).toBe("Did you mean require-pinned-images?");
  });

  test("all problems are reported together", () => {
    const problems = problemsOf((config) => {
      config.levels.local.default = "off";
      config.parameters.replicaFloor = -1;
      config.waivers.push({});
    });
    expect(problems.length).toBeGreaterThanOrEqual(8);
  });

  test("invalid YAML and a missing file are rejected", () => {
    expect(() => parsePolicyConfig("levels: [", "config.yaml", names)).toThrow(
      /config\.yaml cannot be parsed/,
    );
    expect(() => parsePolicyConfig("- a list", "config.yaml", names)).toThrow(/the file/);
    expect(() => loadPolicyConfig("nowhere")).toThrow(/Restore the file from version control/);
  });
});
