import { ROLES } from "../../components/config/variables/forms.ts";

/** A role, from the least to the most powerful: observer, player, operator, admin. */
export type Role = (typeof ROLES)[number];

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
  return ROLES.some((role) => role === text);
}

/** Whether a role reaches as far as another. */
export function isRoleAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** A text that the config has checked already, as a role. */
export function parseRole(text: string): Role {
  return isRole(text) ? text : "observer";
}
