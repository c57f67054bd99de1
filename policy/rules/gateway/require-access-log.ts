import { nginxDirectives } from "../../lib/config-files.ts";
import { gatewayRule } from "../../lib/gateway-rule.ts";

/** The nginx variables that say which client requested what, when, and with which result. */
const REQUIRED_VARIABLES = ["$time_iso8601", "$remote_addr", "$request_method", "$status", "$request_id"];

export const requireAccessLog = gatewayRule({
  name: "require-access-log",
  items: ["pre.high.audit-logging.alternative"],
  description: "The gateway logs every request with its time, client, method, path, status and ID.",
  explanation: "Without the audit log, the access log is the only record of who changed what.",
  remediation: "Restore log_format json and access_log in nginx-config.ts.",
  problems: (file) => {
    const [format = ""] = nginxDirectives(file, "log_format").filter((text) => text.startsWith("json "));
    const missing = [
      ...REQUIRED_VARIABLES.filter((variable) => !format.includes(`"${variable}"`)),
      ...(/"\$(logged_path|request_uri|uri)"/.test(format) ? [] : ["the path"]),
    ];
    const logs = nginxDirectives(file, "access_log");
    return [
      ...missing.map((variable) => `the access log lacks ${variable}`),
      ...(logs.some((log) => / json\b/.test(log))
        ? []
        : ["nginx.conf writes no access log in the format json"]),
    ];
  },
});
