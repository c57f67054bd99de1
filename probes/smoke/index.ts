import type { Check } from "../check.ts";
export const SMOKE: readonly Check[] = [];
