/** A redaction in log lines before they are shipped: a Lua pattern (Lua 5.1 manual, §5.4.1) and its replacement. */
interface Redaction {
  readonly name: string;
  readonly pattern: string;
  readonly replacement: string;
}

/**
 * A second line of defence: the game server and nginx do not log secrets. The order matters: specific patterns come before
 * general ones. Lua patterns have no alternation or case-insensitive mode, so words use character classes.
 */
export const REDACTIONS: readonly Redaction[] = [
  {
    name: "authorization",
    pattern: "([Bb][Ee][Aa][Rr][Ee][Rr]%s+)[%w%-%._~%+/]+=*",
    replacement: "%1[token]",
  },
  { name: "basic", pattern: "([Bb]asic%s+)[%w%+/]+=*", replacement: "%1[credentials]" },
  // The header of a JWT is JSON, so it starts with {" in base64.
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
  // The last octet identifies a household; the first three are enough to analyse an attack.
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

/** The Lua function `redact(text)`, which applies every redaction. */
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
 * The Lua filter of Fluent Bit: redacts every string of a record at any depth, and marks audit records (game server lines
 * with `"log":"audit"`), which have a separate stream.
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
    // Also matches the container, so that a client cannot inject an audit record through the log of another workload.
    '  local audited = record.log == "audit" and record.container == "game-server"',
    '  result.stream = audited and "audit" or "app"',
    "  return 2, timestamp, result",
    "end",
    "",
  ].join("\n");
}
