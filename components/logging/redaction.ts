/** What is taken out of a log line before it leaves the node: a Lua pattern (§6.4.1 of Lua 5.1's manual) and what replaces it. */
export interface Redaction {
  readonly name: string;
  readonly pattern: string;
  readonly replacement: string;
}

/**
 * A second net: the game server and nginx already leave secrets out of their lines. Order counts, the specific before the
 * general. Lua has no alternation, so a word that may be written in two cases has classes for letters.
 */
export const REDACTIONS: readonly Redaction[] = [
  {
    name: "authorization",
    pattern: "([Bb][Ee][Aa][Rr][Ee][Rr]%s+)[%w%-%._~%+/]+=*",
    replacement: "%1[token]",
  },
  { name: "basic", pattern: "([Bb]asic%s+)[%w%+/]+=*", replacement: "%1[credentials]" },
  // A JWT's header is JSON and so begins with {" in base64.
  { name: "jwt", pattern: "eyJ[%w_%-]+%.[%w_%-]+%.[%w_%-]*", replacement: "[token]" },
  {
    name: "query token",
    pattern: '([%?&][%w_]*[Tt][Oo][Kk][Ee][Nn]=)[^&%s"]+',
    replacement: "%1[token]",
  },
  {
    name: "password in an address",
    pattern: '(%a[%w%+%.%-]*://[^/%s:@"]+:)[^/%s@"]+@',
    replacement: "%1[password]@",
  },
  { name: "e-mail", pattern: "[%w%._%%%+%-]+@[%w%-]+%.[%w%.%-]+", replacement: "[e-mail]" },
  // The last octet tells one household from another; the first three are enough to see an attack.
  {
    name: "IPv4 address",
    pattern: "%f[%w%.](%d%d?%d?%.%d%d?%d?%.%d%d?%d?)%.%d%d?%d?%f[^%w%.]",
    replacement: "%1.0",
  },
  {
    name: "IPv6 address",
    pattern: "%f[%w:](%x%x?%x?%x?:%x%x?%x?%x?:%x%x?%x?%x?):[%x:]+%f[^%w:]",
    replacement: "%1::",
  },
];

function quoteLuaString(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** A Lua function `redact(text)` that applies every redaction. */
export function renderRedactionLua(): string {
  return [
    "local redactions = {",
    ...REDACTIONS.map(
      ({ name, pattern, replacement }) =>
        `  { ${quoteLuaString(pattern)}, ${quoteLuaString(replacement)} }, -- ${name}`,
    ),
    "}",
    "",
    "local function redact(text)",
    "  for _, rule in ipairs(redactions) do text = string.gsub(text, rule[1], rule[2]) end",
    "  return text",
    "end",
  ].join("\n");
}

/**
 * The Lua filter of Fluent Bit: redacts every text of a record at any depth, and marks audit records (the servers' lines with
 * `"log":"audit"`), which go a way of their own.
 */
export function renderFilterLua(): string {
  return [
    renderRedactionLua(),
    "",
    "local function walk(value)",
    '  if type(value) == "string" then return redact(value) end',
    '  if type(value) ~= "table" then return value end',
    "  local result = {}",
    "  for key, inner in pairs(value) do result[key] = walk(inner) end",
    "  return result",
    "end",
    "",
    "function filter(tag, timestamp, record)",
    "  local result = walk(record)",
    // By the container too: what a client makes another server write cannot claim to be an audit record.
    '  local audited = record.log == "audit" and record.container == "game-server"',
    '  result.stream = audited and "audit" or "app"',
    "  return 2, timestamp, result",
    "end",
    "",
  ].join("\n");
}
