import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { monitoringConfig } from "../../components/config/component-configs/monitoring-config.ts";
import type { Config, RawConfig } from "../../components/config/config.ts";
import { renderEnvFile } from "../../components/config/env-file.ts";
import { parseConfig } from "../../components/config/parse-config.ts";
import { readStackFile } from "../../components/config/stack-file/read-stack-file.ts";
import { renderDashboards } from "../../components/monitoring/dashboards/index.ts";
import { renderMonitoringFiles } from "../../components/monitoring/monitoring-files.ts";
import { ruleGroups } from "../../components/monitoring/rules/index.ts";
import program from "../../index.ts";
import { compareCodeUnits } from "../../plan/format.ts";
import { renderManifests } from "../../plan/manifests/render-manifests.ts";
import type { JsonObject, Plan } from "../../plan/plan.ts";
import { planEnvironment } from "../../plan/plan-environment.ts";
import type { ArchiveEntry, FileMode } from "../archive/archive-entry.ts";
import { bundleCli } from "../bundle/bundle-cli.ts";
import type { ChartVariant } from "../helm/chart-objects.ts";
import { createChart } from "../helm/create-chart.ts";
import { markSiteValues } from "../helm/site-values.ts";
import { createSbom, type SbomOptions } from "../sbom/create-sbom.ts";
import { renderThirdPartyNotices } from "../sbom/third-party-notices.ts";
import { renderChecklistDocument } from "./checklist-document.ts";
import { documentationFiles, listFiles } from "./docs-entries.ts";
import { listImages } from "./image-list.ts";
import { createOverlay, type Manifests, objectsOf } from "./kustomize-overlay.ts";
import { manifestJsonSchema } from "./manifest.ts";
import { imageEntry } from "./package-image.ts";
import { CHART_DIRECTORY } from "./package-layout.ts";
import { renderPackageReadme } from "./package-readme.ts";
import { OVERLAY_NAMES, overlayConfig } from "./site-overlays.ts";

/** What a package is made of. */
export interface ContentsOptions {
  readonly version: string;
  /** The directory of the product's code. */
  readonly root: string;
  /** The directory with the stack files. */
  readonly directory: string;
  /** The stack file of the package environment. */
  readonly raw: RawConfig;
  /** The plan of this stack file. */
  readonly plan: Plan;
  readonly seconds: number;
  /** The directory of the Godot export, and its files, relative to it. */
  readonly exportDirectory: string;
  readonly exportFiles: readonly string[];
  /** The OCI archive of the game server's image. */
  readonly image: string | undefined;
  /** The files of `security/reports`. */
  readonly reports: ReadonlyMap<string, string>;
}

/** The contents of a package, except what is written last because it has digests of the others, and facts about them. */
export interface PackageContents {
  /** Sorted by path. */
  readonly entries: readonly ArchiveEntry[];
  readonly objects: readonly JsonObject[];
  readonly images: readonly string[];
  readonly monitoring: {
    readonly alerts: number;
    readonly recordingRules: number;
    readonly dashboards: string[];
  };
  /** The bill of materials, which has the digests of the binaries. */
  readonly createSbom: (binaries: SbomOptions["binaries"]) => string;
}

const TEMPLATE = "release/template";

/** Collects everything that goes into a package. Only the files of the export are left on disk, because they are large. */
export async function collectContents(options: ContentsOptions): Promise<PackageContents> {
  const { root, directory, raw, version } = options;
  const config = parseConfig(raw);
  const [kubernetes, bundle] = await Promise.all([kubernetesFiles(options), bundleCli(root)]);
  const objects = [...objectsOf(kubernetes.base).values()];
  const images = listImages(objects);
  const monitoring = monitoringFiles(config);
  const texts = new Map<string, string | Buffer>([
    ["README.md", renderPackageReadme(version)],
    ["DEPLOYMENT_CHECKLIST.md", renderChecklistDocument(version)],
    ["LICENSE", readFileSync(join(root, "LICENSE"))],
    ["VERSION", `${version}\n`],
    ["bin/spacetime-vr.mjs", bundle.code],
    ...environmentTemplates(directory, raw),
    ["config/nginx.conf", findNginxConfig(objects)],
    ["config/Pulumi.package.yaml", readFileSync(join(directory, "Pulumi.package.yaml"))],
    ...kubernetes.files,
    ["kubernetes/images.txt", `${images.join("\n")}\n`],
    ...monitoring.files,
    ...documentationFiles(root),
    [
      "docs/reference/package-manifest.schema.json",
      `${JSON.stringify(manifestJsonSchema(), undefined, 2)}\n`,
    ],
    ["security/THIRD_PARTY_NOTICES.txt", renderThirdPartyNotices(bundle.packages)],
    ["security/policies/policy-levels.yaml", readFileSync(join(directory, "policy", "config.yaml"))],
    ...[...options.reports].map(([name, text]) => [`security/reports/${name}`, text] as const),
    ...templateFiles(root),
  ]);
  const entries = [...texts].map(([path, text]) => toEntry(path, text));
  return {
    entries: [...entries, ...binaryEntries(options), ...imageEntries(options.image, config)].toSorted(
      (a, b) => compareCodeUnits(a.path, b.path),
    ),
    objects,
    images,
    monitoring: monitoring.facts,
    createSbom: (binaries) =>
      createSbom({ version, seconds: options.seconds, packages: bundle.packages, images, binaries, root }),
  };
}

/** Programs are the scripts with an interpreter line; scripts that are sourced are not. */
function toEntry(path: string, text: string | Buffer): ArchiveEntry {
  const content = Buffer.from(text);
  const mode: FileMode = content.subarray(0, 2).toString("latin1") === "#!" ? 0o755 : 0o644;
  return { path, mode, content };
}

interface KubernetesFiles {
  readonly base: Manifests;
  readonly files: ReadonlyMap<string, string>;
}

async function kubernetesFiles({ plan, raw, version }: ContentsOptions): Promise<KubernetesFiles> {
  const base = renderManifests(plan);
  const files = new Map([...base].map(([path, text]) => [`kubernetes/base/${path}`, text]));
  const { raw: marked, values } = markSiteValues(raw);
  const variants: ChartVariant[] = [];
  for (const overlay of OVERLAY_NAMES) {
    const config = overlayConfig(raw, overlay);
    // The overlay without changes does not need a plan of its own.
    const variant = config === raw ? base : renderManifests(await planEnvironment(program, config));
    for (const [path, text] of createOverlay(base, variant, "../../base")) {
      files.set(`kubernetes/overlays/${overlay}/${path}`, text);
    }
    const markedPlan = await planEnvironment(program, overlayConfig(marked, overlay));
    variants.push({ overlay, planned: variant, marked: renderManifests(markedPlan) });
  }
  for (const [path, text] of createChart({ version, values, variants })) {
    files.set(`${CHART_DIRECTORY}/${path}`, text);
  }
  return { base, files };
}

/** The package's own environment as production and staging, and the local one for development. */
function environmentTemplates(directory: string, raw: RawConfig): [string, string][] {
  const configs: [string, Config][] = [
    ["production", parseConfig(raw)],
    ["staging", parseConfig(overlayConfig(raw, "staging"))],
    ["development", parseConfig(readStackFile(directory, "local"))],
  ];
  return configs.map(([name, config]) => [
    `config/${name}/.env.template`,
    renderEnvFile(config, { template: true }),
  ]);
}

/** The file that the gateway's pods mount. */
function findNginxConfig(objects: readonly JsonObject[]): string {
  for (const { kind, data } of objects) {
    const text = (data as JsonObject | undefined)?.["nginx.conf"];
    if (kind === "ConfigMap" && typeof text === "string") return text;
  }
  throw new Error("The plan contains no nginx.conf.");
}

interface MonitoringFiles {
  readonly files: readonly (readonly [string, string])[];
  readonly facts: PackageContents["monitoring"];
}

function monitoringFiles(config: Config): MonitoringFiles {
  const monitoring = monitoringConfig(config);
  if (monitoring === undefined) throw new Error("The package environment must have monitoring.");
  const dashboards = renderDashboards();
  const files = [...renderMonitoringFiles({ ...monitoring, dashboards })].map(
    ([path, text]) => [`monitoring/${monitoringDirectory(path)}/${path}`, text] as const,
  );
  const rules = ruleGroups(monitoring.rules).flatMap((group) => group.rules as readonly object[]);
  return {
    files,
    facts: {
      alerts: rules.filter((rule) => "alert" in rule).length,
      recordingRules: rules.filter((rule) => "record" in rule).length,
      dashboards: dashboards.map(({ fileName }) => fileName),
    },
  };
}

function monitoringDirectory(path: string): string {
  if (/^(?:alertmanager|silences)/.test(path)) return "alertmanager";
  return /^(?:grafana|datasources|dashboards)/.test(path) ? "grafana" : "prometheus";
}

/** Scripts and texts that are the same in every package. Windows reads batch files only with its own line breaks reliably. */
function templateFiles(root: string): [string, Buffer][] {
  return listFiles(root, TEMPLATE).map((path) => {
    const content = readFileSync(join(root, path));
    const isBatch = path.endsWith(".bat");
    const text = isBatch ? Buffer.from(content.toString("utf8").replaceAll(/\r?\n/g, "\r\n")) : content;
    return [path.slice(TEMPLATE.length + 1), text];
  });
}

function imageEntries(image: string | undefined, { gameServer }: Config): ArchiveEntry[] {
  return image === undefined ? [] : [imageEntry(image, gameServer.image)];
}

function binaryEntries({ exportDirectory, exportFiles }: ContentsOptions): ArchiveEntry[] {
  return exportFiles.map((path) => {
    const file = join(exportDirectory, path);
    const isProgram = !path.endsWith(".pck") && !/\.[a-z]{2,4}$/.test(path.replace(/\.x86_64$|\.arm64$/, ""));
    return {
      path: `binaries/${path}`,
      mode: isProgram || path.endsWith(".exe") ? 0o755 : 0o644,
      content: { file, size: statSync(file).size },
    };
  });
}
