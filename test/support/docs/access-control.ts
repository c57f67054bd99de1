import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { type Grant, listGrants } from "../../../plan/access-control.ts";
import type { Plan } from "../../../plan/plan.ts";

export const ACCESS_CONTROL_FILE = "docs/reference/access-control.md";

const CONTRACT = "reference-server/contract/openapi.yaml";

/** The roles of the API, from the least to the most powerful, and the two service tokens. */
const API_ROLES = ["public", "observer", "player", "operator", "admin", "service", "scrape"] as const;

/** Each role of the API and the routes that need at least it. */
function apiRows(): readonly string[] {
  const { paths } = parse(readFileSync(CONTRACT, "utf8")) as {
    paths: Record<string, Record<string, { "x-access"?: string }>>;
  };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { "x-access": role }]) =>
      role === undefined ? [] : [{ role, route: `${method.toUpperCase()} ${path}` }],
    ),
  );
  return API_ROLES.map((role) => {
    const own = routes.filter((one) => one.role === role).map(({ route }) => `\`${route}\``);
    return `| ${role} | ${own.join(", ")} |`;
  });
}

/** A name that the plan generates, in words: `generated:cluster-keys-data.arn`. */
const cell = (value: string): string => value.replaceAll("|", "\\|").replaceAll("*", "\\*");

function grantTable(grants: readonly Grant[], system: Grant["system"]): readonly string[] {
  const own = grants.filter((grant) => grant.system === system);
  return [
    "| who | where | may | condition |",
    "|---|---|---|---|",
    ...own.map(({ subject, scope, actions, condition }) =>
      `| ${[subject, scope, actions, condition].map(cell).join(" | ")} |`.replaceAll("  |", " |"),
    ),
    "",
  ];
}

/** Renders the access-control matrix of production. */
export function renderAccessControl(plan: Plan): string {
  const grants = listGrants(plan);
  return [
    "# Access control of production",
    "",
    "<!-- Generated from the plan by `npm run docs`; edit the program, not this page. -->",
    "",
    "Everything that RBAC and IAM permit in the committed plan of production. What is not listed is denied. `generated:` marks an identifier",
    "that AWS assigns. People have the permissions of the IAM role that they assume; the roles themselves are in `bootstrap/`.",
    "",
    "## The Kubernetes API: access entries",
    "",
    ...grantTable(grants, "EKS"),
    "## The Kubernetes API: roles and their bindings",
    "",
    "No role grants access to Secrets, and none contains a wildcard (`disallow-rbac-wildcards`).",
    "",
    ...grantTable(grants, "Kubernetes"),
    "## AWS: roles of pods and services",
    "",
    ...grantTable(grants, "IAM"),
    "## The game server's API",
    "",
    "A role may use the routes of the roles above it. `service` is the service token, which alone issues tokens; `scrape` is the token of",
    "Prometheus, which may read the metrics only.",
    "",
    "| role | routes |",
    "|---|---|",
    ...apiRows(),
  ]
    .join("\n")
    .concat("\n");
}
