import { parse } from "yaml";
import { CREDENTIAL_NAMES } from "../../components/shared/secret-names.ts";
import { describeGoldenMismatch } from "../../plan/golden.ts";
import type { Plan } from "../../plan/plan.ts";
import type { RepositoryFacts, StaticFacts } from "../evaluation/facts.ts";
import { findBrokenLinks, pageAnchors } from "./documentation.ts";
import { checked, missing, type StaticCheck, type StaticOutcome } from "./static-check.ts";

const NO_REPOSITORY = "The stack files are not in a git repository.";

/** Defines a check that reads the repository. */
function repositoryCheck(
  name: StaticCheck["name"],
  finding: string | undefined,
  run: (repository: RepositoryFacts, facts: StaticFacts) => StaticOutcome,
): StaticCheck {
  return {
    name,
    ...(finding === undefined ? {} : { finding }),
    run: (facts) => (facts.repository === undefined ? missing(NO_REPOSITORY) : run(facts.repository, facts)),
  };
}

const noLogFiles = repositoryCheck("repository/no-log-files", undefined, ({ tracked }) =>
  checked(
    tracked.length,
    tracked
      .filter((path) => /(^|\/)logs?\/|\.log(\.\d+)?$/i.test(path))
      .map((path) => `${path} is a log file.`),
  ),
);

const ignoreRules = repositoryCheck("repository/ignore-rules", "log-files", ({ logSamples }) =>
  checked(
    logSamples.length,
    logSamples.filter(({ ignored }) => !ignored).map(({ path }) => `git does not ignore ${path}.`),
  ),
);

/** Names of files that hold secrets or private keys. */
const SECRET_FILE =
  /(^|\/)(\.env(\.(?!.*template$|.*example$)[^/]*)?|id_[a-z0-9]+|[^/]+\.(key|p12|pfx)|kubeconfig(\.(?!ts$)[^/]*)?)$/;

const secretFiles = repositoryCheck("repository/secret-files", undefined, ({ tracked, ignored }) => {
  const readable = ignored.filter(({ path, mode }) => SECRET_FILE.test(path) && (mode & 0o077) !== 0);
  return checked(tracked.length + ignored.length, [
    ...tracked.filter((path) => SECRET_FILE.test(path)).map((path) => `git tracks ${path}.`),
    ...readable.map(({ path, mode }) => `${path} has mode 0${(mode & 0o777).toString(8)}; it must be 0600.`),
  ]);
});

const secretConfig: StaticCheck = {
  name: "repository/secret-config",
  run: ({ raw }) => {
    if (raw === undefined) return missing("The stack file was not read.");
    const plain = CREDENTIAL_NAMES.filter((name) => name in raw.values && !raw.secretKeys.has(name));
    return checked(
      Object.keys(raw.values).length,
      plain.map((name) => `${name} is in plaintext.`),
    );
  },
};

const committedClean = repositoryCheck("repository/committed", "clean", ({ commit, changed }) =>
  commit === undefined
    ? checked(1, ["The repository has no commit."])
    : checked(
        1,
        changed.map((path) => `${path} is not committed.`),
        `commit ${commit.slice(0, 12)}`,
      ),
);

const committedConfiguration = repositoryCheck(
  "repository/committed",
  "configuration",
  ({ tracked, changed }, { environment }) => {
    const files = [`Pulumi.${environment}.yaml`, "Pulumi.yaml", "policy/config.yaml"];
    return checked(
      files.length,
      files.flatMap((file) => {
        if (!tracked.includes(file)) return [`${file} is not in the repository.`];
        return changed.includes(file) ? [`${file} has changes that are not committed.`] : [];
      }),
    );
  },
);

const goldenPlans: StaticCheck = {
  name: "repository/golden-plans",
  run: ({ plan, golden, environment }) => {
    const mismatch = describeGoldenMismatch(plan, golden);
    if (mismatch === undefined) return checked(plan.resources.length, []);
    const [first = ""] = mismatch.split("\n");
    return checked(plan.resources.length, [
      `${first.replace(/:$/, ".")} Run: npm run plan -- ${environment} --diff HEAD`,
    ]);
  },
};

const runbooks = repositoryCheck("repository/runbooks", undefined, ({ documents }, { plan }) => {
  const alerts = plannedAlerts(plan);
  const problems = alerts.flatMap(({ name, url }) => {
    const [, page, anchor = ""] = /\/([^/#]+?)(?:\.md|\.html)?#(.+)$/.exec(url) ?? [];
    const text = documents.get(`docs/runbooks/${page}.md`);
    if (text === undefined)
      return [`${name} links to ${url || "nothing"}, which is no page of docs/runbooks.`];
    return pageAnchors(text).has(anchor) ? [] : [`docs/runbooks/${page}.md has no heading for ${name}.`];
  });
  return checked(alerts.length, problems, `${alerts.length} alerts`);
});

/** The alerts of the planned Prometheus configuration with their runbook URLs. */
export function plannedAlerts(plan: Plan): { readonly name: string; readonly url: string }[] {
  return plan.resources
    .filter(({ type }) => type.endsWith(":ConfigMap"))
    .flatMap(({ inputs }) => {
      const { data } = inputs as { readonly data?: Readonly<Record<string, unknown>> };
      const text = data?.["rules.yml"];
      return typeof text === "string" ? alertsOf(parse(text)) : [];
    });
}

interface RuleFile {
  readonly groups?: readonly {
    readonly rules?: readonly {
      readonly alert?: string;
      readonly annotations?: { readonly runbook_url?: string };
    }[];
  }[];
}

function alertsOf(file: RuleFile): { name: string; url: string }[] {
  return (file.groups ?? []).flatMap(({ rules = [] }) =>
    rules.flatMap(({ alert, annotations }) =>
      alert === undefined ? [] : [{ name: alert, url: annotations?.runbook_url ?? "" }],
    ),
  );
}

const schemaCompatibility: StaticCheck = {
  name: "repository/schema-compatibility",
  run: ({ schema }) => {
    if (schema === undefined) return missing("The database schema of this commit is not known.");
    const { version, worksBackTo } = schema;
    const previous = schema.previous ?? Math.max(1, version - 1);
    return checked(
      1,
      worksBackTo <= previous
        ? []
        : [
            `Schema ${version} works back to ${worksBackTo}, but the previous release has schema ${previous}.`,
          ],
      `schema ${version}, works back to ${worksBackTo}, previous ${previous}`,
    );
  },
};

const documentation = repositoryCheck("repository/documentation", undefined, ({ documents, tracked }) => {
  // Links of the package's own pages lead to files of the package; `release build` checks them there.
  const pages = new Map([...documents].filter(([page]) => !page.startsWith("release/template/")));
  const { links, broken } = findBrokenLinks(pages, tracked);
  return checked(
    links,
    broken.map((link) => `broken link in ${link}`),
    `${pages.size} pages, ${links} links`,
  );
});

/** Checks of the work tree and its files. */
export const REPOSITORY_CHECKS: readonly StaticCheck[] = [
  noLogFiles,
  ignoreRules,
  secretFiles,
  secretConfig,
  committedClean,
  committedConfiguration,
  goldenPlans,
  runbooks,
  schemaCompatibility,
  documentation,
];
