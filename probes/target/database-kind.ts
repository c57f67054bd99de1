/** The database whose restore points are read. */
export type DatabaseKind =
  | { readonly kind: "in-cluster" }
  | { readonly kind: "rds"; readonly instance: string; readonly region: string }
  | { readonly kind: "external" };
