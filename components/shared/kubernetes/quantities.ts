const BINARY_UNITS = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 } as const;

/** The cores of a Kubernetes CPU quantity, such as "2" or "500m". */
export function parseCpuQuantity(quantity: string): number {
  return quantity.endsWith("m") ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity);
}

/** The bytes of a Kubernetes quantity with a binary suffix, such as "512Mi". */
export function parseByteQuantity(quantity: string): number {
  const match = /^(\d+)(Ki|Mi|Gi|Ti)$/.exec(quantity);
  const unit = match?.[2] as keyof typeof BINARY_UNITS | undefined;
  if (match === null || unit === undefined) {
    throw new RangeError(`"${quantity}" is not a size with a binary suffix such as "512Mi".`);
  }
  return Number(match[1]) * BINARY_UNITS[unit];
}
