import { HttpError } from "../errors.ts";
import type { Settings } from "../settings/settings.ts";

/** The result of a request to load a scene. */
interface SceneLoadResult {
  readonly scene: string;
  readonly previous: string;
  /** False when the scene was already loaded and hot reload is off. */
  readonly loaded: boolean;
}

interface SceneOptions {
  /** Scene that is loaded at the start. */
  readonly initialScene: string;
  readonly whitelistOff: boolean;
  /** Simulated loading time: this server has only scene names, no scenes. */
  readonly loadMs: number;
  readonly onLoad: (result: "loaded" | "forbidden" | "timeout", scene: string) => void;
}

/** The loaded scene and the rules for loading another. */
export class Scenes {
  readonly #settings: Settings["scenes"];
  readonly #options: SceneOptions;
  #current: string;
  #loadedAt = new Date();

  constructor(settings: Settings["scenes"], options: SceneOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#current = options.initialScene;
  }

  get current(): string {
    return this.#current;
  }

  get loadedAt(): string {
    return this.#loadedAt.toISOString();
  }

  get hotReload(): boolean {
    return this.#settings.hotReload;
  }

  /** @throws HttpError 403 for a forbidden scene, 504 when loading times out. */
  async load(scene: string): Promise<SceneLoadResult> {
    const reason = this.#forbidden(scene);
    if (reason !== undefined) {
      this.#options.onLoad("forbidden", scene);
      throw new HttpError(403, "scene_forbidden", reason);
    }
    const previous = this.#current;
    if (scene === previous && !this.#settings.hotReload) return { scene, previous, loaded: false };
    await this.#wait(scene);
    this.#current = scene;
    this.#loadedAt = new Date();
    this.#options.onLoad("loaded", scene);
    return { scene, previous, loaded: true };
  }

  #forbidden(scene: string): string | undefined {
    if (this.#options.whitelistOff) return undefined;
    const folder = scene
      .replace("res://", "")
      .split("/")
      .find((part) => part === ".." || this.#settings.blacklist.includes(part));
    if (folder !== undefined) return `Scenes in ${folder} must not be loaded (GODOT_SCENE_BLACKLIST).`;
    if (this.#settings.whitelist.includes(scene)) return undefined;
    return "The scene is not in the whitelist (GODOT_SCENE_WHITELIST).";
  }

  async #wait(scene: string): Promise<void> {
    const limitMs = this.#settings.loadTimeoutSeconds * 1000;
    const { loadMs } = this.#options;
    if (loadMs > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(loadMs, limitMs)));
    if (loadMs <= limitMs) return;
    this.#options.onLoad("timeout", scene);
    const message = `The scene did not load within ${this.#settings.loadTimeoutSeconds} s; the previous scene stays loaded.`;
    throw new HttpError(504, "scene_timeout", message);
  }
}
