/** For `variableRule`: the variable must be an integer within bounds. */
export function mustBeRateBetween(
  least: number,
  most: number,
): (value: string | undefined) => string | undefined {
  return (value) => {
    const number = /^\d+$/.test(value ?? "") ? Number(value) : Number.NaN;
    return number >= least && number <= most ? undefined : `must be between ${least} and ${most} per minute`;
  };
}
