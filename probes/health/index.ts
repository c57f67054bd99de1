import type { Check } from "../check.ts";
export const HEALTH: readonly Check[] = [];
