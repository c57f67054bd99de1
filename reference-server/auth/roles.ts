import { RBAC_ROLES } from "../../components/config/variables/value-types.ts";

/** A role, from the least to the most powerful: observer, player, operator, admin. */
export type Role = (typeof RBAC_ROLES)[number];

/** Who calls. */
export interface Principal {
  readonly subject: string;
  readonly role: Role;
  /** How the caller showed who it is; `open` where no token is demanded. */
  readonly via: "api-token" | "jwt" | "scrape-token" | "open";
  readonly tokenId?: string;
}

/** Whether a text is a role. */
export function isRole(text: unknown): text is Role {
  return RBAC_ROLES.some((role) => role === text);
}

/** Whether a role reaches as far as another. */
export function isRoleAtLeast(role: Role, least: Role): boolean {
  return RBAC_ROLES.indexOf(role) >= RBAC_ROLES.indexOf(least);
}

/** A text that the config has checked already, as a role. */
export function parseRole(text: string): Role {
  return isRole(text) ? text : "observer";
}
