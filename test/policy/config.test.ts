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

/** The committed config, changed, as somebody would write it. */
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

describe("the committed levels", () => {
  test("block everything in production, staging and the package when something is deployed", () => {
    for (const environment of ["production", "staging", "package"] as const) {
      const levels = new Set(
        names.map((name) => enforcementLevelFor(committed, name, environment, "deploy")),
      );
      expect([...levels]).toEqual(["mandatory"]);
    }
  });

  test("let the examples of the committed stack files be planned, and nothing else", () => {
    const lowered = names.filter(
      (name) => enforcementLevelFor(committed, name, "production", "plan") !== "mandatory",
    );
    expect(lowered).toEqual(["disallow-example-values"]);
  });

  test("block on a developer's own cluster only what spoils more than that cluster", () => {
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

  test("waive nothing without an owner: the committed list is empty", () => {
    expect(committed.waivers).toEqual([]);
  });
});

describe("what the engine is told beside the pack's own levels", () => {
  test("for a preview, that examples only warn", () => {
    expect(policyPackConfig(committed, "production", "plan")).toEqual({
      "disallow-example-values": "advisory",
    });
  });

  test("for a deployment, nothing: nobody can talk the pack out of a rule", () => {
    for (const environment of ENVIRONMENTS)
      expect(policyPackConfig(committed, environment, "deploy")).toEqual({});
  });
});

describe("a waiver", () => {
  test("holds to the end of its last day", () => {
    expect(isWaiverActive(WAIVER, new Date("2026-03-31T23:59:59Z"))).toBe(true);
    expect(isWaiverActive(WAIVER, new Date("2026-04-01T00:00:00Z"))).toBe(false);
  });

  test("is read from the file", () => {
    expect(parseChanged(({ waivers }) => waivers.push(WAIVER))).toMatchObject({ waivers: [WAIVER] });
  });
});

describe("a config that cannot be used is refused with the place, the rule and the remedy", () => {
  test.each<[string, (config: Inputs) => void, string, RegExp]>([
    [
      "an advisory production",
      ({ levels }) => {
        levels.production.default = "advisory";
      },
      "levels.production.default",
      /must be mandatory: production has no advisory rules/,
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
      /is not a key/,
    ],
    [
      "an unknown section",
      (config) => {
        config.ignore = [];
      },
      "ignore",
      /is not a key/,
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
      "an unknown rule to waive",
      ({ waivers }) => waivers.push({ ...WAIVER, rule: "be-nice" }),
      "waivers[0].rule",
      /must be the name of a rule/,
    ],
    [
      "an unknown rule to lower in plans",
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
      "a waiver for ever",
      ({ waivers }) => waivers.push({ ...WAIVER, expires: "never" }),
      "waivers[0].expires",
      /must be a day/,
    ],
    [
      "a waiver until a day that does not exist",
      ({ waivers }) => waivers.push({ ...WAIVER, expires: "2026-02-30" }),
      "waivers[0].expires",
      /must be a day/,
    ],
    [
      "a waiver of everything",
      ({ waivers }) => waivers.push({ ...WAIVER, resource: "*" }),
      "waivers[0].resource",
      /type::name/,
    ],
    [
      "a waiver of nowhere",
      ({ waivers }) => waivers.push({ ...WAIVER, environment: "dev" }),
      "waivers[0].environment",
      /must be one of local, staging/,
    ],
    [
      "the same waiver twice",
      ({ waivers }) => waivers.push(WAIVER, { ...WAIVER, expires: "2027-01-01" }),
      "waivers[1]",
      /repeats waivers\[0\]/,
    ],
    [
      "a floor of nothing",
      ({ parameters }) => {
        parameters.replicaFloor = 0;
      },
      "parameters.replicaFloor",
      /whole number above 0/,
    ],
    [
      "a figure in words",
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

  test("a misspelt rule is met with what it probably means", () => {
    const [problem] = problemsOf(({ levels }) => {
      levels.local.rules = { "require-pinned-image": "mandatory" };
    });
    expect(problem?.remedy).toBe("Did you mean require-pinned-images?");
  });

  test("every problem is told at once", () => {
    const problems = problemsOf((config) => {
      config.levels.local.default = "off";
      config.parameters.replicaFloor = -1;
      config.waivers.push({});
    });
    expect(problems.length).toBeGreaterThanOrEqual(8);
  });

  test("a text that is not YAML, and a file that is not there", () => {
    expect(() => parsePolicyConfig("levels: [", "config.yaml", names)).toThrow(/config\.yaml cannot be read/);
    expect(() => parsePolicyConfig("- a list", "config.yaml", names)).toThrow(/the file/);
    expect(() => loadPolicyConfig("nowhere")).toThrow(/Restore the file from version control/);
  });
});
