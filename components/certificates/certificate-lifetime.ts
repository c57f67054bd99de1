const HOURS_PER_DAY = 24;

/** The first deployment in the last third of the lifetime renews a certificate, like cert-manager's default. */
const EARLY_RENEWAL_RATIO = 1 / 3;

/** The lifetime and the early-renewal period in hours, as arguments of the tls provider. */
export function certificateLifetime(days: number) {
  const validityPeriodHours = days * HOURS_PER_DAY;
  return { validityPeriodHours, earlyRenewalHours: Math.floor(validityPeriodHours * EARLY_RENEWAL_RATIO) };
}
