import type { ZodType } from "zod";
import type { Role } from "../auth/roles.ts";
import type { Answer, Core, Exchange } from "../core.ts";
import type { RouteClass } from "../limits/rate-limiter.ts";

/** Who may call a route: everybody, whoever holds the scrape or the service token, or a role and those above it. */
export type Access = "public" | "scrape" | "service" | Role | ((core: Core) => Role);

/** One operation of the API; the same words as in the OpenAPI document. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With parameters in braces: `/players/{id}`. */
  readonly path: string;
  readonly class: RouteClass;
  readonly access: Access;
  /** Absent where a request has no body. */
  readonly body?: ZodType;
  /** A switch without which the route answers 404. */
  readonly enabled?: (core: Core) => boolean;
  readonly handle: (exchange: Exchange) => Answer | Promise<Answer>;
}

/** A path that was recognised. */
export interface Found {
  /** The route for the method; undefined when the path has others only. */
  readonly route: Route | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly methods: readonly string[];
}

interface Path {
  readonly segments: readonly string[];
  readonly routes: Map<string, Route>;
}

/** Finds routes by path and method. */
export class Router {
  readonly #fixed = new Map<string, Path>();
  readonly #patterns: Path[] = [];

  constructor(routes: readonly Route[]) {
    const paths = new Map<string, Path>();
    for (const route of routes) {
      const path = paths.get(route.path) ?? { segments: route.path.split("/"), routes: new Map() };
      path.routes.set(route.method, route);
      paths.set(route.path, path);
    }
    for (const [text, path] of paths) {
      if (text.includes("{")) this.#patterns.push(path);
      else this.#fixed.set(text, path);
    }
  }

  find(method: string, pathname: string): Found | undefined {
    const fixed = this.#fixed.get(pathname);
    if (fixed !== undefined) return found(fixed, method, {});
    const given = pathname.split("/");
    for (const path of this.#patterns) {
      const parameters = match(path.segments, given);
      if (parameters !== undefined) return found(path, method, parameters);
    }
    return undefined;
  }
}

function found(path: Path, method: string, parameters: Found["parameters"]): Found {
  return { route: path.routes.get(method), parameters, methods: [...path.routes.keys()] };
}

function match(pattern: readonly string[], given: readonly string[]): Found["parameters"] | undefined {
  if (pattern.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const value = given[index] ?? "";
    if (segment.startsWith("{") && value !== "") parameters[segment.slice(1, -1)] = value;
    else if (segment !== value) return undefined;
  }
  return parameters;
}
