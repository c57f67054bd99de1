const HOURS_PER_DAY = 24;

/** A certificate is renewed by the first deployment in the last third of its life, as cert-manager does by default. */
const EARLY_RENEWAL_RATIO = 1 / 3;

/** The lifetime of a certificate of that many days, and how long before its end it is renewed, as the tls provider has them. */
export function certificateLifetime(days: number) {
  const validityPeriodHours = days * HOURS_PER_DAY;
  return { validityPeriodHours, earlyRenewalHours: Math.floor(validityPeriodHours * EARLY_RENEWAL_RATIO) };
}
