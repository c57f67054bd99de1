import type { PolicyContext } from "../context.ts";
import type { Violation } from "../input-node.ts";
import type { Rule } from "../rule.ts";
import { mountedFiles, type Pod, podsOfWorkloads } from "./kubernetes.ts";
import { parseYamlFile, yamlList, yamlText } from "./yaml-files.ts";

interface MonitoringRule extends Omit<Rule, "subjects" | "check"> {
  /** The workload that the game servers need, such as Prometheus. */
  readonly workload: string;
  /** Its YAML file that the rule reads. */
  readonly file: string;
  /** The problems of the parsed file; empty if it complies. */
  readonly problems: (content: unknown, pod: Pod, context: PolicyContext) => readonly string[];
}

/** A rule that game servers are deployed with a workload whose file satisfies a requirement. */
export function monitoringRule({ workload, file, problems, ...rule }: MonitoringRule): Rule<Pod> {
  return {
    ...rule,
    subjects: (context) => podsOfWorkloads(context, "game-server"),
    check: (gameServer, context) => workloadFileViolations(gameServer, context, { workload, file, problems }),
  };
}

/** The violations of the game servers' requirement of a workload with a file. */
export function workloadFileViolations(
  gameServer: Pod,
  context: PolicyContext,
  { workload, file, problems }: Pick<MonitoringRule, "workload" | "file" | "problems">,
): readonly Violation[] {
  const pods = podsOfWorkloads(context, workload);
  if (pods.length === 0)
    return [gameServer.owner.at("metadata", "name").violation(`the deployment has no ${workload} pods`)];
  return pods.flatMap((pod): readonly Violation[] => {
    const files = mountedFiles(context, pod, file);
    if (files.length === 0) return [pod.spec.at("volumes").violation(`the pod mounts no ${file}`)];
    return files.flatMap((node) =>
      problems(parseYamlFile(node), pod, context).map((message) => node.violation(message)),
    );
  });
}

/** An alert of a Prometheus rule file. */
export interface AlertRule {
  readonly name: string;
  readonly expression: string;
  readonly delaySeconds: number;
}

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The alerts of a parsed rule file. */
export function alertRules(ruleFile: unknown): readonly AlertRule[] {
  return yamlList(ruleFile, "groups")
    .flatMap((group) => yamlList(group, "rules"))
    .filter((rule) => yamlText(rule, "alert") !== "")
    .map((rule) => ({
      name: yamlText(rule, "alert"),
      expression: yamlText(rule, "expr"),
      delaySeconds: parseDuration(yamlText(rule, "for")),
    }));
}

/** Parses a Prometheus duration such as `1h30m`; an empty one is zero, an invalid one infinite. */
function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  if (parts.map(([part]) => part).join("") !== text) return Number.POSITIVE_INFINITY;
  return parts.reduce(
    (sum, [, count = "", unit = ""]) => sum + Number(count) * (SECONDS_PER_UNIT[unit] ?? 0),
    0,
  );
}
