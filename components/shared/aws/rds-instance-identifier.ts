/** The name of the RDS instance and its resources; RDS allows at most 63 characters. */
export function rdsInstanceIdentifier(clusterName: string): string {
  return `${clusterName}-postgres`;
}
