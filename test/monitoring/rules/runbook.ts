import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { headingAnchor } from "../../../checklist/static-checks/documentation.ts";

/** The parts of a runbook section, in the order in which the on-call engineer needs them. */
const RUNBOOK_SECTIONS = ["Meaning", "Impact", "Diagnosis", "Mitigation", "Escalation"] as const;

const RUNBOOK_DIRECTORY = "docs/runbooks";

/** A heading of a runbook. */
export interface RunbookHeading {
  /** The file name of the page, such as "redis.md". */
  readonly page: string;
  readonly title: string;
  readonly text: string;
}

/** The alert sections of a runbook page. */
export function parseHeadings(page: string, markdown: string): RunbookHeading[] {
  const sections = markdown.split(/^## /m).slice(1);
  return sections.map((section) => {
    const [title = "", ...lines] = section.split("\n");
    return { page, title, text: lines.join("\n") };
  });
}

/** Every heading of every runbook. */
export function readRunbookHeadings(): RunbookHeading[] {
  return readdirSync(RUNBOOK_DIRECTORY)
    .sort()
    .flatMap((page) => parseHeadings(page, readFileSync(join(RUNBOOK_DIRECTORY, page), "utf8")));
}

/** The sections of a heading that are missing, empty or out of order, or a diagnosis without a command. */
export function missingSections({ text }: RunbookHeading): string[] {
  const found = [...text.matchAll(/^\*\*(\w+)\.\*\*([\s\S]*?)(?=^\*\*\w+\.\*\*|(?![\s\S]))/gm)];
  return RUNBOOK_SECTIONS.filter((part, index) => {
    const [, name, content = ""] = found[index] ?? [];
    const isEmpty = content.trim() === "";
    const hasCommand = part !== "Diagnosis" || /```sh\n[^`]+\n```/.test(content);
    return name !== part || isEmpty || !hasCommand;
  });
}

/** Links between runbooks whose heading does not exist. */
export function brokenLinks(headings: readonly RunbookHeading[]): string[] {
  const anchors = new Set(headings.map(({ page, title }) => `${page}#${headingAnchor(title)}`));
  const pages = new Set(headings.map(({ page }) => page));
  return headings.flatMap(({ page, title, text }) =>
    [...text.matchAll(/\]\(([^)]+)\)/g)]
      .map(([, target = ""]) => (target.startsWith("#") ? `${page}${target}` : target))
      .filter((target) => (target.includes("#") ? !anchors.has(target) : !pages.has(target)))
      .map((target) => `${page} ${title} -> ${target}`),
  );
}
