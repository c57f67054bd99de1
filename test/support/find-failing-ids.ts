/** The ids of those for which a statement does not hold, so that a failing test names them. */
export function findFailingIds<T extends { readonly id: string }>(
  all: readonly T[],
  holds: (one: T) => boolean,
): readonly string[] {
  return all.filter((one) => !holds(one)).map(({ id }) => id);
}
