import { parseConfig } from "../../components/config/load-config.ts";
import { readStackFile } from "../../components/config/stack-file/read-stack-file.ts";
import { VARIABLES } from "../../components/config/variables/index.ts";
import { resolveSetting } from "../../components/config/variables/resolve-variables.ts";
import type { Environment } from "../../components/shared/environments.ts";

/** What an environment expects of the server that it runs. */
export interface ExportExpectations {
  readonly environment: Environment;
  readonly autoloads: readonly string[];
  readonly mainScene: string;
  readonly sceneWhitelist: readonly string[];
  /** Folder names that must not occur in the path of a scene. */
  readonly sceneBlacklist: readonly string[];
  /** Frames per second. */
  readonly frameRate: { readonly min: number; readonly max: number };
  /** Whether debug settings are allowed. */
  readonly debugAllowed: boolean;
}

/** Seed document 003: "FPS 85-95". */
const FRAME_RATE = { min: 85, max: 95 } as const;

/** Returns the expectations of an environment with the default settings. */
export function defaultExpectations(environment: Environment = "production"): ExportExpectations {
  return fromVariables(environment, (name) => {
    const definition = VARIABLES.get(name);
    return definition === undefined ? "" : (resolveSetting(environment, {}, definition) ?? "");
  });
}

/**
 * Reads the expectations of an environment from its stack file.
 * @throws InputError with every problem of the stack file.
 */
export function readExpectations(project: string, environment: Environment): ExportExpectations {
  const { variables } = parseConfig(readStackFile(project, environment));
  return fromVariables(environment, (name) => {
    const found = variables.get(name);
    return found?.kind === "plain" ? found.value : "";
  });
}

function fromVariables(environment: Environment, variable: (name: string) => string): ExportExpectations {
  const list = (name: string): string[] =>
    variable(name)
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  return {
    environment,
    autoloads: list("GODOT_AUTOLOADS"),
    mainScene: variable("GODOT_MAIN_SCENE"),
    sceneWhitelist: list("GODOT_SCENE_WHITELIST"),
    sceneBlacklist: list("GODOT_SCENE_BLACKLIST"),
    frameRate: FRAME_RATE,
    debugAllowed: environment === "local",
  };
}
