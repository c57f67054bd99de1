/** Deeper than any document of the contract; validators recurse, so the depth must be limited before they run. */
const MAX_JSON_DEPTH = 32;

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A parsed document, or why it is rejected. */
type ParsedJson = { readonly value: unknown } | { readonly problem: string };

/** Parses a document from a client or from the network: UTF-8, of limited depth, with text that every store can keep. Never throws. */
export function parseUntrustedJson(input: Uint8Array | string): ParsedJson {
  let text: string;
  try {
    text = typeof input === "string" ? input : UTF8.decode(input);
  } catch {
    return { problem: "is not UTF-8" };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "is not valid JSON" };
  }
  const problem = findProblem(value);
  return problem === undefined ? { value } : { problem };
}

/** Iterative, because the sender chooses the depth. */
function findProblem(root: unknown): string | undefined {
  const pending: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next;
    const problem = findValueProblem(value, depth);
    if (problem !== undefined) return problem;
    if (typeof value !== "object" || value === null) continue;
    for (const child of Object.values(value)) pending.push({ value: child, depth: depth + 1 });
  }
  return undefined;
}

/** The problem of a text, or of the keys and the depth of an object. */
function findValueProblem(value: unknown, depth: number): string | undefined {
  if (typeof value === "string") return findTextProblem(value);
  if (typeof value !== "object" || value === null) return undefined;
  if (depth >= MAX_JSON_DEPTH) return `is nested deeper than ${MAX_JSON_DEPTH} levels`;
  return Object.keys(value)
    .map(findKeyProblem)
    .find((problem) => problem !== undefined);
}

/** Validators copy objects by assignment, which would lose the key __proto__ silently. */
function findKeyProblem(key: string): string | undefined {
  return key === "__proto__" ? "contains the key __proto__" : findTextProblem(key);
}

/** Postgres stores no NUL in text, and an unpaired surrogate has no UTF-8 encoding, so it would be replaced silently. */
function findTextProblem(text: string): string | undefined {
  const isStorable = text.isWellFormed() && !text.includes("\0");
  return isStorable ? undefined : "contains a NUL character or an unpaired surrogate";
}
