import { AUTOLOADS } from "../variables/lifecycle.ts";
import { MAIN_SCENE } from "../variables/scenes.ts";
import {
  createFinding,
  findingUnless,
  getList,
  getText,
  isSharedEnvironment,
  requireDisabled,
  requireEnabled,
} from "./check-helpers.ts";
import type { Check } from "./types.ts";

/** Folders with tools and tests (seed document 003). */
const REQUIRED_BLACKLIST_FOLDERS = ["addons", ".godot", "gdUnit4"];

/** Names of scenes that are not for players. */
const TEST_SCENE_PATTERN = /(^|[/_.-])(tests?|debug|dev|sandbox|example)([/_.-]|$)/i;

const autoloads: Check = {
  id: "autoloads",
  title: "The server waits for exactly the six required autoloads",
  run: (config) => {
    const name = "GODOT_AUTOLOADS";
    const listed = getList(config, name);
    const missing = AUTOLOADS.filter((autoload) => !listed.includes(autoload));
    const unknown = listed.filter((autoload) => !(AUTOLOADS as readonly string[]).includes(autoload));
    return [
      ...findingUnless(missing.length === 0, () =>
        createFinding(
          config,
          name,
          `must contain ${missing.join(", ")}: otherwise the server reports ready too early`,
        ),
      ),
      ...findingUnless(unknown.length === 0, () =>
        createFinding(
          config,
          name,
          `must not contain ${unknown.join(", ")}: the server would never become ready`,
        ),
      ),
    ];
  },
};

const httpApi: Check = {
  id: "http-api",
  title: "The HTTP API, telemetry and, outside local, metrics are enabled",
  run: (config) =>
    requireEnabled(config, {
      GODOT_ENABLE_HTTP_API: "without it, a release build serves nothing and every probe fails",
      GODOT_TELEMETRY_ENABLED: "clients and the verification use the telemetry WebSocket",
      ...(isSharedEnvironment(config)
        ? { GODOT_METRICS_ENABLED: "without metrics, failures are not visible" }
        : {}),
    }),
};

const environmentName: Check = {
  id: "environment-name",
  title: "GODOT_ENV equals the environment name",
  run: (config) =>
    findingUnless(getText(config, "GODOT_ENV") === config.environment, () =>
      createFinding(
        config,
        "GODOT_ENV",
        `must be ${config.environment}: /status would report the wrong environment`,
      ),
    ),
};

const debugFlags: Check = {
  id: "debug-flags",
  title: "Outside local, debug and development flags are disabled",
  run: (config) => {
    if (!isSharedEnvironment(config)) return [];
    return [
      ...requireDisabled(config, {
        GODOT_DEBUG_MODE: "error responses would expose server internals",
        GODOT_DEVELOPMENT_MODE: "unfinished content would reach players",
        GODOT_DEBUG_ADAPTERS_ENABLED: "a client that can connect to an adapter controls the server",
        GODOT_SCENE_HOT_RELOAD: "a changed file would change the running world",
      }),
      ...findingUnless(getText(config, "GODOT_LOG_LEVEL") !== "debug", () =>
        createFinding(config, "GODOT_LOG_LEVEL", "must not be debug: it logs player messages"),
      ),
    ];
  },
};

const sceneWhitelist: Check = {
  id: "scene-whitelist",
  title: `The whitelist contains the main scene and no test scene; in production it contains only ${MAIN_SCENE}`,
  run: (config) => {
    const name = "GODOT_SCENE_WHITELIST";
    const scenes = getList(config, name);
    const main = getText(config, "GODOT_MAIN_SCENE");
    if (config.environment === "production") {
      return [
        ...findingUnless(scenes.length === 1 && scenes[0] === MAIN_SCENE, () =>
          createFinding(config, name, `must contain only ${MAIN_SCENE}: production has one scene`),
        ),
        ...findingUnless(main === MAIN_SCENE, () =>
          createFinding(config, "GODOT_MAIN_SCENE", `must be ${MAIN_SCENE}: production has one scene`),
        ),
      ];
    }
    const tests = isSharedEnvironment(config) ? scenes.filter((scene) => TEST_SCENE_PATTERN.test(scene)) : [];
    return [
      ...findingUnless(scenes.includes(main), () =>
        createFinding(config, name, `must contain ${main}: the server starts with it`),
      ),
      ...findingUnless(tests.length === 0, () =>
        createFinding(
          config,
          name,
          `must not contain ${tests.join(", ")}: test scenes have no access checks`,
        ),
      ),
    ];
  },
};

const sceneBlacklist: Check = {
  id: "scene-blacklist",
  title: "The blacklist contains addons, .godot and gdUnit4, and no whitelisted scene is in such a folder",
  run: (config) => {
    const folders = getList(config, "GODOT_SCENE_BLACKLIST");
    const missing = REQUIRED_BLACKLIST_FOLDERS.filter((folder) => !folders.includes(folder));
    const blocked = getList(config, "GODOT_SCENE_WHITELIST").filter((scene) =>
      scene
        .replace("res://", "")
        .split("/")
        .some((part) => folders.includes(part)),
    );
    return [
      ...findingUnless(missing.length === 0, () =>
        createFinding(
          config,
          "GODOT_SCENE_BLACKLIST",
          `must contain ${missing.join(", ")}: these folders contain tools and tests`,
        ),
      ),
      ...findingUnless(blocked.length === 0, () =>
        createFinding(
          config,
          "GODOT_SCENE_WHITELIST",
          `must not contain ${blocked.join(", ")}: the blacklist prevents it from loading`,
        ),
      ),
    ];
  },
};

/** Autoloads, endpoints, debug flags and scenes. */
export const GAME_SERVER_CHECKS: readonly Check[] = [
  autoloads,
  httpApi,
  environmentName,
  debugFlags,
  sceneWhitelist,
  sceneBlacklist,
];
