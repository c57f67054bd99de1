import type { ZodType } from "zod";
import type { Role } from "../auth/roles.ts";
import type { RouteClass } from "../limits/rate-limiter.ts";
import type { RequestContext, RouteResponse, ServerContext } from "../server-context.ts";

/** Who may call a route: all clients, holders of the scrape or service token, or a role and the roles above it. */
export type RouteAccess = "public" | "scrape" | "service" | Role | ((context: ServerContext) => Role);

/** One operation of the API, as in the OpenAPI document. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With parameters in braces: `/players/{id}`. */
  readonly path: string;
  readonly class: RouteClass;
  readonly access: RouteAccess;
  /** Absent when the request has no body. */
  readonly body?: ZodType;
  /** When it returns false, the route responds with 404. */
  readonly enabled?: (context: ServerContext) => boolean;
  readonly handle: (request: RequestContext) => RouteResponse | Promise<RouteResponse>;
}

/** A matched path. */
export interface RouteMatch {
  /** The route for the method; undefined when the path supports other methods only. */
  readonly route: Route | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly methods: readonly string[];
}

interface RoutePath {
  readonly segments: readonly string[];
  readonly routes: Map<string, Route>;
}

/** Finds routes by path and method. */
export class Router {
  readonly #fixed = new Map<string, RoutePath>();
  readonly #patterns: RoutePath[] = [];

  constructor(routes: readonly Route[]) {
    const paths = new Map<string, RoutePath>();
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

  find(method: string, pathname: string): RouteMatch | undefined {
    const fixed = this.#fixed.get(pathname);
    if (fixed !== undefined) return createRouteMatch(fixed, method, {});
    const segments = pathname.split("/");
    for (const path of this.#patterns) {
      const parameters = matchSegments(path.segments, segments);
      if (parameters !== undefined) return createRouteMatch(path, method, parameters);
    }
    return undefined;
  }
}

function createRouteMatch(path: RoutePath, method: string, parameters: RouteMatch["parameters"]): RouteMatch {
  return { route: path.routes.get(method), parameters, methods: [...path.routes.keys()] };
}

function matchSegments(
  pattern: readonly string[],
  segments: readonly string[],
): RouteMatch["parameters"] | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const value = segments[index] ?? "";
    if (segment.startsWith("{") && value !== "") parameters[segment.slice(1, -1)] = value;
    else if (segment !== value) return undefined;
  }
  return parameters;
}
