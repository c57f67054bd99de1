const SUFFIXES: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/**
 * The value of any quantity that an API server returns, such as "1930m", "7Gi" or "1e3"; plans have only the few forms that
 * components/shared/kubernetes/quantities.ts parses. NaN if it is none.
 */
export function parseQuantity(text: string): number {
  const [, number, suffix = ""] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([numkMGTP]|[KMGTP]i)?$/.exec(text) ?? [];
  return number === undefined ? Number.NaN : Number(number) * (SUFFIXES[suffix] ?? Number.NaN);
}
