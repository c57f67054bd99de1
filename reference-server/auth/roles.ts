import { RBAC_ROLES } from "../../components/config/variables/value-types.ts";

/** A role, from the least to the most powerful: observer, player, operator, admin. */
export type Role = (typeof RBAC_ROLES)[number];

/** The authenticated client. */
export interface Principal {
  readonly subject: string;
  readonly role: Role;
  /** How the client authenticated; `open` when no token is required. */
  readonly via: "api-token" | "jwt" | "scrape-token" | "open";
  readonly tokenId?: string;
}

/** Whether a value is a role. */
export function isRole(text: unknown): text is Role {
  return RBAC_ROLES.some((role) => role === text);
}

/** Whether a role has at least the permissions of another. */
export function isRoleAtLeast(role: Role, least: Role): boolean {
  return RBAC_ROLES.indexOf(role) >= RBAC_ROLES.indexOf(least);
}

/** Parses a role that the config has validated; anything else becomes `observer`. */
export function parseRole(text: string): Role {
  return isRole(text) ? text : "observer";
}
