import type { Check } from "../check.ts";
export const FEATURES: readonly Check[] = [];
