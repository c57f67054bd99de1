import { blacklistToolFolders } from "../../../policy/rules/game-server/blacklist-tool-folders.ts";
import { forbidTestScenes } from "../../../policy/rules/game-server/forbid-test-scenes.ts";
import { limitRequests } from "../../../policy/rules/game-server/limit-requests.ts";
import { limitSceneRequests } from "../../../policy/rules/game-server/limit-scene-requests.ts";
import { limitStatusRequests } from "../../../policy/rules/game-server/limit-status-requests.ts";
import { whitelistMainScene } from "../../../policy/rules/game-server/whitelist-main-scene.ts";
import { whitelistNeededScenes } from "../../../policy/rules/game-server/whitelist-needed-scenes.ts";
import { ENVIRONMENT, GAME, remove, unknownAt, variable } from "./changes.ts";
import type { RuleCases } from "./types.ts";

const WHITELIST = "GODOT_SCENE_WHITELIST";
const MAIN = "res://vr_main.tscn";
const READS = "GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE";
const WRITES = "GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE";

const notApplicable = { change: remove(GAME) };
const unknownVariable = (name: string) => unknownAt(ENVIRONMENT, `data.${name}`);

export const sceneAndLimitCases: readonly RuleCases[] = [
  {
    rule: whitelistNeededScenes,
    complies: [],
    violations: [
      {
        title: "a second scene in production",
        change: variable(WHITELIST, `${MAIN},res://arena.tscn`),
        finds: [
          'game-server-environment data.GODOT_SCENE_WHITELIST: GODOT_SCENE_WHITELIST is "res://vr_main.tscn,res://arena.tscn" and must be res://vr_main.tscn alone in production',
        ],
      },
      {
        title: "a folder",
        change: variable(WHITELIST, "res://scenes/"),
        finds: [
          'game-server-environment data.GODOT_SCENE_WHITELIST: GODOT_SCENE_WHITELIST is "res://scenes/" and must name single scenes only: res://scenes/ is none',
        ],
      },
      {
        title: "a pattern",
        change: variable(WHITELIST, "res://*.tscn"),
        finds: [
          'game-server-environment data.GODOT_SCENE_WHITELIST: GODOT_SCENE_WHITELIST is "res://*.tscn" and must name single scenes only: res://*.tscn is none',
        ],
      },
      {
        title: "nothing",
        change: variable(WHITELIST, undefined),
        finds: [
          "game-server-environment data.GODOT_SCENE_WHITELIST: GODOT_SCENE_WHITELIST is missing and must name single scenes only: nothing is none",
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable(WHITELIST)],
  },
  {
    rule: whitelistNeededScenes,
    plan: "staging",
    complies: [
      { title: "a second scene outside production", change: variable(WHITELIST, `${MAIN},res://arena.tscn`) },
    ],
    violations: [],
    notApplicable,
    unknown: [],
  },
  {
    rule: whitelistMainScene,
    violations: [
      {
        title: "another scene to start with",
        change: variable("GODOT_MAIN_SCENE", "res://lobby.tscn"),
        finds: [
          "game-server-environment data.GODOT_SCENE_WHITELIST: the whitelist lacks the main scene res://lobby.tscn",
        ],
      },
      {
        title: "no scene to start with",
        change: variable("GODOT_MAIN_SCENE", undefined),
        finds: ["game-server-environment data.GODOT_MAIN_SCENE: GODOT_MAIN_SCENE is missing"],
      },
      {
        title: "an empty whitelist",
        change: variable(WHITELIST, ""),
        finds: [
          "game-server-environment data.GODOT_SCENE_WHITELIST: the whitelist lacks the main scene res://vr_main.tscn",
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable("GODOT_MAIN_SCENE"), unknownVariable(WHITELIST)],
  },
  {
    rule: forbidTestScenes,
    violations: [
      {
        title: "a test scene",
        change: variable(WHITELIST, `${MAIN},res://tests/physics_test.tscn`),
        finds: [
          'game-server-environment data.GODOT_SCENE_WHITELIST: GODOT_SCENE_WHITELIST is "res://vr_main.tscn,res://tests/physics_test.tscn" and must not hold res://tests/physics_test.tscn',
        ],
      },
      {
        title: "no whitelist",
        change: variable(WHITELIST, undefined),
        finds: [
          "game-server-environment data.GODOT_SCENE_WHITELIST: GODOT_SCENE_WHITELIST is missing and must be set",
        ],
      },
    ],
    notApplicable: { plan: "local" },
    unknown: [unknownVariable(WHITELIST)],
  },
  {
    rule: blacklistToolFolders,
    violations: [
      {
        title: "a folder is missing",
        change: variable("GODOT_SCENE_BLACKLIST", "addons,.godot"),
        finds: [
          'game-server-environment data.GODOT_SCENE_BLACKLIST: GODOT_SCENE_BLACKLIST is "addons,.godot" and must hold gdUnit4',
        ],
      },
      {
        title: "no blacklist",
        change: variable("GODOT_SCENE_BLACKLIST", undefined),
        finds: [
          "game-server-environment data.GODOT_SCENE_BLACKLIST: GODOT_SCENE_BLACKLIST is missing and must hold addons, .godot, gdUnit4",
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable("GODOT_SCENE_BLACKLIST")],
  },
  {
    rule: limitRequests,
    violations: [
      {
        title: "more than the seeds allow",
        change: variable("GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE", "301"),
        finds: [
          'game-server-environment data.GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE: GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE is "301" and must be 1 to 300 a minute',
        ],
      },
      {
        title: "no number",
        change: variable("GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE", "unlimited"),
        finds: [
          'game-server-environment data.GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE: GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE is "unlimited" and must be 1 to 300 a minute',
        ],
      },
      {
        title: "not set",
        change: variable("GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE", undefined),
        finds: [
          "game-server-environment data.GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE: GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE is missing and must be 1 to 300 a minute",
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable("GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE")],
  },
  {
    rule: limitSceneRequests,
    violations: [
      {
        title: "too many reads",
        change: variable(READS, "31"),
        finds: [
          'game-server-environment data.GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE: GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE is "31" and must be 10 to 30 a minute',
        ],
      },
      {
        title: "too few writes",
        change: variable(WRITES, "9"),
        finds: [
          'game-server-environment data.GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE: GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE is "9" and must be 10 to 30 a minute',
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable(READS), unknownVariable(WRITES)],
  },
  {
    rule: limitStatusRequests,
    violations: [
      {
        title: "too many",
        change: variable("GODOT_RATE_LIMIT_STATUS_PER_MINUTE", "1000"),
        finds: [
          'game-server-environment data.GODOT_RATE_LIMIT_STATUS_PER_MINUTE: GODOT_RATE_LIMIT_STATUS_PER_MINUTE is "1000" and must be 1 to 100 a minute',
        ],
      },
    ],
    notApplicable,
    unknown: [unknownVariable("GODOT_RATE_LIMIT_STATUS_PER_MINUTE")],
  },
];
