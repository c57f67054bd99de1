import { z } from "zod";
import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, fail, passIf } from "../check.ts";
import { describeResponse, parseBody, statusBody } from "../contract.ts";

/** The settings in effect, by section, as `GET /status` returns them to an operator; secrets are `set` or `not set`. */
const settingsBody = z.looseObject({
  debugging: z.looseObject({
    debugMode: z.boolean(),
    developmentMode: z.boolean(),
    adaptersEnabled: z.boolean(),
  }),
  access: z.looseObject({ apiToken: z.string(), signingKey: z.string(), audience: z.string() }),
  intrusion: z.looseObject({ enabled: z.boolean() }),
  tls: z.looseObject({ enabled: z.boolean(), minVersion: z.string() }),
  scenes: z.looseObject({ blacklist: z.array(z.string()), hotReload: z.boolean() }),
  database: z.looseObject({ host: z.string().optional(), worldKey: z.string(), playerKey: z.string() }),
  monitoring: z.looseObject({ metricsEnabled: z.boolean(), scrapeToken: z.string() }),
  logging: z.looseObject({ level: z.string(), redactionEnabled: z.boolean(), auditEnabled: z.boolean() }),
});

type EffectiveSettings = z.infer<typeof settingsBody>;

interface SettingRule {
  /** What must be true, as the end of "must …". */
  readonly rule: string;
  /** Not required in local, which belongs to one developer. */
  readonly exceptLocal?: true;
  readonly isMet: (settings: EffectiveSettings) => boolean;
}

/** Folders with tools and tests (seed 003). */
const BLOCKED_FOLDERS = ["addons", ".godot", "gdUnit4"];

/** Settings that the other nine checks do not observe by their effect. */
const RULES: readonly SettingRule[] = [
  { rule: "debug mode off", exceptLocal: true, isMet: ({ debugging }) => !debugging.debugMode },
  { rule: "development mode off", exceptLocal: true, isMet: ({ debugging }) => !debugging.developmentMode },
  { rule: "debug adapters off", exceptLocal: true, isMet: ({ debugging }) => !debugging.adaptersEnabled },
  { rule: "scene hot reload off", exceptLocal: true, isMet: ({ scenes }) => !scenes.hotReload },
  { rule: "log level above debug", exceptLocal: true, isMet: ({ logging }) => logging.level !== "debug" },
  { rule: "log redaction on", isMet: ({ logging }) => logging.redactionEnabled },
  { rule: "audit log on", isMet: ({ logging }) => logging.auditEnabled },
  { rule: "intrusion detection on", exceptLocal: true, isMet: ({ intrusion }) => intrusion.enabled },
  { rule: "TLS on", isMet: ({ tls }) => tls.enabled },
  { rule: "TLS 1.2 or newer", isMet: ({ tls }) => /1\.[23]/.test(tls.minVersion) },
  {
    rule: "API token and signing key set",
    isMet: ({ access }) => access.apiToken === "set" && access.signingKey === "set",
  },
  {
    rule: "data keys set for the database",
    isMet: ({ database: { host, worldKey, playerKey } }) =>
      host === undefined || (worldKey === "set" && playerKey === "set"),
  },
  {
    rule: "metrics on, with a scrape token",
    isMet: ({ monitoring }) => monitoring.metricsEnabled && monitoring.scrapeToken === "set",
  },
  {
    rule: `scene blacklist with ${BLOCKED_FOLDERS.join(", ")}`,
    isMet: ({ scenes }) => BLOCKED_FOLDERS.every((folder) => scenes.blacklist.includes(folder)),
  },
];

export const automatedValidation = defineCheck({
  suite: "verify",
  name: "automated-validation",
  title: "The settings in effect pass the automated validation.",
  findings: ["exit-status", "complete"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { "exit-status": missing, complete: missing } };
    const reply = await context.http("/status");
    const status = parseBody(reply, statusBody);
    const parsed = settingsBody.safeParse(status?.settings);
    const complete = passIf(parsed.success, {
      reason: "The server does not report all of its settings to an operator.",
      expected: "every section of the settings in /status",
      seen:
        status?.settings === undefined
          ? describeResponse(reply)
          : `without a valid ${firstIssue(parsed.error)}`,
      remedy: "Check that the token has the role operator, and that the build implements the API contract.",
    });
    if (!parsed.success) return { findings: { "exit-status": fail(NOT_VALIDATED), complete } };
    const rules = RULES.filter(({ exceptLocal }) => exceptLocal !== true || status?.environment !== "local");
    const broken = rules.filter(({ isMet }) => !isMet(parsed.data)).map(({ rule }) => rule);
    return {
      findings: {
        "exit-status": passIf(broken.length === 0, {
          reason: "Settings in effect break the rules of the deployment.",
          expected: `${rules.length} rules met`,
          seen: `not met: ${broken.join(", ")}`,
          remedy: "Correct the variables of the deployment (docs/reference/config.md), and roll them out.",
        }),
        complete,
      },
      measured: { rules: rules.length },
    };
  },
});

const NOT_VALIDATED = {
  reason: "The settings could not be validated, because they are incomplete.",
  expected: "the settings in effect",
  seen: "an incomplete response",
  remedy: 'Fix the finding "complete" first.',
};

function firstIssue(error: z.ZodError | undefined): string {
  return error?.issues[0]?.path.join(".") || "object of settings";
}
