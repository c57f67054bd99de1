/** The IDs of the items that do not satisfy a predicate, so that a failing test lists them. */
export function findFailingIds<T extends { readonly id: string }>(
  all: readonly T[],
  holds: (one: T) => boolean,
): readonly string[] {
  return all.filter((one) => !holds(one)).map(({ id }) => id);
}
