/** The code of a Node system error, such as `ENOENT`; undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  // Not instanceof: in Jest, system errors are from another realm.
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
