/** Seed document 000: "Install Godot 4.5.1+". */
const MIN_VERSION = [4, 5, 1] as const;

export const MIN_GODOT_VERSION = MIN_VERSION.join(".");

/** Whether a version such as `4.5.1` or `4.6.stable` is at least the minimum; a missing number counts as 0. */
export function isSupportedGodot(version: string): boolean {
  const numbers = version.split(".").map(Number);
  const difference = MIN_VERSION.map((min, index) => (numbers[index] || 0) - min).find((part) => part !== 0);
  return (difference ?? 0) >= 0;
}
