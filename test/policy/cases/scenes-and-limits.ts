import { disallowTestScenes } from "../../../policy/rules/game-server/disallow-test-scenes.ts";
import { limitGlobalRequestRate } from "../../../policy/rules/game-server/limit-global-request-rate.ts";
import { limitSceneRequestRate } from "../../../policy/rules/game-server/limit-scene-request-rate.ts";
import { limitStatusRequestRate } from "../../../policy/rules/game-server/limit-status-request-rate.ts";
import { requireSceneBlacklist } from "../../../policy/rules/game-server/require-scene-blacklist.ts";
import { requireWhitelistedMainScene } from "../../../policy/rules/game-server/require-whitelisted-main-scene.ts";
import { restrictSceneWhitelist } from "../../../policy/rules/game-server/restrict-scene-whitelist.ts";
import { ENVIRONMENT, GAME, remove, setVariable, unknownAt } from "./changes.ts";
import type { RuleCases } from "./rule-cases.ts";

const WHITELIST = "GODOT_SCENE_WHITELIST";
const MAIN = "res://vr_main.tscn";
const READS = "GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE";
const WRITES = "GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE";

const notApplicable = { change: remove(GAME) };
const unknownVariable = (name: string) => unknownAt(ENVIRONMENT, `data.${name}`);

export const sceneAndLimitCases: readonly RuleCases[] = [
  {
    rule: restrictSceneWhitelist,
    compliant: [],
    violations: [
      {
        title: "a second scene in production",
        change: setVariable(WHITELIST, `${MAIN},res://arena.tscn`),
        findings: [
          'game-server-environment data.GODOT_SCENE_WHITELIST: GODOT_SCENE_WHITELIST is "res://vr_main.tscn,res://arena.tscn" and must be res://vr_main.tscn and nothing else in production',
        ],
      },
      {
        title: "a folder",
        change: setVariable(WHITELIST, "res://scenes/"),
        findings: [
          'game-server-environment data.GODOT_SCENE_WHITELIST: GODOT_SCENE_WHITELIST is "res://scenes/" and must contain single scene files only: res://scenes/ is not a scene file',
        ],
      },
      {
        title: "a pattern",
        change: setVariable(WHITELIST, "res://*.tscn"),
        findings: [
          'game-server-environment data.GODOT_SCENE_WHITELIST: GODOT_SCENE_WHITELIST is "res://*.tscn" and must contain single scene files only: res://*.tscn is not a scene file',
        ],
      },
      {
        title: "no whitelist",
        change: setVariable(WHITELIST, undefined),
        findings: [
          "game-server-environment data.GODOT_SCENE_WHITELIST: GODOT_SCENE_WHITELIST is missing and must contain single scene files only: an empty value is not a scene file",
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable(WHITELIST)],
  },
  {
    rule: restrictSceneWhitelist,
    plan: "staging",
    compliant: [
      {
        title: "a second scene outside production",
        change: setVariable(WHITELIST, `${MAIN},res://arena.tscn`),
      },
    ],
    violations: [],
    notApplicable,
    unknown: [],
  },
  {
    rule: requireWhitelistedMainScene,
    violations: [
      {
        title: "a main scene that is not in the whitelist",
        change: setVariable("GODOT_MAIN_SCENE", "res://lobby.tscn"),
        findings: [
          "game-server-environment data.GODOT_SCENE_WHITELIST: the scene whitelist does not contain the main scene res://lobby.tscn",
        ],
      },
      {
        title: "no main scene",
        change: setVariable("GODOT_MAIN_SCENE", undefined),
        findings: ["game-server-environment data.GODOT_MAIN_SCENE: GODOT_MAIN_SCENE is missing"],
      },
      {
        title: "an empty whitelist",
        change: setVariable(WHITELIST, ""),
        findings: [
          "game-server-environment data.GODOT_SCENE_WHITELIST: the scene whitelist does not contain the main scene res://vr_main.tscn",
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable("GODOT_MAIN_SCENE"), unknownVariable(WHITELIST)],
  },
  {
    rule: disallowTestScenes,
    violations: [
      {
        title: "a test scene",
        change: setVariable(WHITELIST, `${MAIN},res://tests/physics_test.tscn`),
        findings: [
          'game-server-environment data.GODOT_SCENE_WHITELIST: GODOT_SCENE_WHITELIST is "res://vr_main.tscn,res://tests/physics_test.tscn" and must not contain res://tests/physics_test.tscn',
        ],
      },
      {
        title: "no whitelist",
        change: setVariable(WHITELIST, undefined),
        findings: [
          "game-server-environment data.GODOT_SCENE_WHITELIST: GODOT_SCENE_WHITELIST is missing and must be set",
        ],
      },
    ],
    notApplicable: { plan: "local" },
    unknown: [unknownVariable(WHITELIST)],
  },
  {
    rule: requireSceneBlacklist,
    violations: [
      {
        title: "a folder is missing from the blacklist",
        change: setVariable("GODOT_SCENE_BLACKLIST", "addons,.godot"),
        findings: [
          'game-server-environment data.GODOT_SCENE_BLACKLIST: GODOT_SCENE_BLACKLIST is "addons,.godot" and must contain gdUnit4',
        ],
      },
      {
        title: "no blacklist",
        change: setVariable("GODOT_SCENE_BLACKLIST", undefined),
        findings: [
          "game-server-environment data.GODOT_SCENE_BLACKLIST: GODOT_SCENE_BLACKLIST is missing and must contain addons, .godot, gdUnit4",
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable("GODOT_SCENE_BLACKLIST")],
  },
  {
    rule: limitGlobalRequestRate,
    violations: [
      {
        title: "a rate above the maximum",
        change: setVariable("GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE", "301"),
        findings: [
          'game-server-environment data.GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE: GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE is "301" and must be between 1 and 300 per minute',
        ],
      },
      {
        title: "a rate that is not a number",
        change: setVariable("GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE", "unlimited"),
        findings: [
          'game-server-environment data.GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE: GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE is "unlimited" and must be between 1 and 300 per minute',
        ],
      },
      {
        title: "the rate is not set",
        change: setVariable("GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE", undefined),
        findings: [
          "game-server-environment data.GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE: GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE is missing and must be between 1 and 300 per minute",
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable("GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE")],
  },
  {
    rule: limitSceneRequestRate,
    violations: [
      {
        title: "a read rate above the maximum",
        change: setVariable(READS, "31"),
        findings: [
          'game-server-environment data.GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE: GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE is "31" and must be between 10 and 30 per minute',
        ],
      },
      {
        title: "a write rate below the minimum",
        change: setVariable(WRITES, "9"),
        findings: [
          'game-server-environment data.GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE: GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE is "9" and must be between 10 and 30 per minute',
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable(READS), unknownVariable(WRITES)],
  },
  {
    rule: limitStatusRequestRate,
    violations: [
      {
        title: "a status rate above the maximum",
        change: setVariable("GODOT_RATE_LIMIT_STATUS_PER_MINUTE", "1000"),
        findings: [
          'game-server-environment data.GODOT_RATE_LIMIT_STATUS_PER_MINUTE: GODOT_RATE_LIMIT_STATUS_PER_MINUTE is "1000" and must be between 1 and 100 per minute',
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable("GODOT_RATE_LIMIT_STATUS_PER_MINUTE")],
  },
];
