import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  type Dashboard as DashboardModel,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { buildPanel, DATA_SOURCE, type Panel } from "./panel-builder.ts";
import { ALL_SERVERS_MATCHER } from "./promql.ts";

/** A row of panels under a heading. */
export interface DashboardRow {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** The definition of a dashboard, independent of Grafana's JSON model. */
export interface DashboardSpec {
  /** Kebab case; part of the URL, so it must not change. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly DashboardRow[];
  /** Whether the dashboard has a variable to select servers. @default true */
  readonly perServer?: boolean;
}

/** A new version that also ran within this window is a rollback. */
const ROLLBACK_WINDOW = "7d";
const CURRENT_VERSIONS = `count by (version) (spacetime_build_info{${ALL_SERVERS_MATCHER}})`;
const NEW_VERSIONS = `(${CURRENT_VERSIONS} unless count by (version) (spacetime_build_info{${ALL_SERVERS_MATCHER}} offset 5m))`;
const RECENT_VERSIONS = `count by (version) (count_over_time(spacetime_build_info{${ALL_SERVERS_MATCHER}}[${ROLLBACK_WINDOW}] offset 5m))`;

/**
 * Annotations for deployments and rollbacks, derived from the servers' version metric: a new version is a deployment, or a
 * rollback if it ran within the last seven days.
 */
const DEPLOYMENT_ANNOTATIONS = [
  { name: "Deployments", expr: `${NEW_VERSIONS} unless ${RECENT_VERSIONS}`, color: "blue" },
  { name: "Rollbacks", expr: `${NEW_VERSIONS} and ${RECENT_VERSIONS}`, color: "purple" },
] as const;

function buildAnnotation({
  name,
  expr,
  color,
}: (typeof DEPLOYMENT_ANNOTATIONS)[number]): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATA_SOURCE)
    .enable(true)
    .iconColor(color)
    .expr(expr)
    .step("60s")
    .titleFormat(name.slice(0, -1))
    .textFormat("version {{version}}");
}

/** Selects the environment; each has its own Prometheus and a Grafana data source with the environment's name. */
function environmentVariable(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder("environment").label("Environment").type("prometheus");
}

function serverVariable(): QueryVariableBuilder {
  return new QueryVariableBuilder("server")
    .label("Server")
    .datasource(DATA_SOURCE)
    .query({ qryType: 1, query: `label_values(spacetime_build_info{${ALL_SERVERS_MATCHER}}, pod)` })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue(".+");
}

/** Builds Grafana's JSON model of a dashboard. */
export function buildDashboardModel(spec: DashboardSpec): DashboardModel {
  const builder = new DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags(["spacetime-vr"])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .timezone("utc")
    .time({ from: "now-6h", to: "now" })
    .refresh("30s")
    .withVariable(environmentVariable())
    .annotations(DEPLOYMENT_ANNOTATIONS.map(buildAnnotation));
  if (spec.perServer !== false) builder.withVariable(serverVariable());
  for (const { title, panels } of spec.rows) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(buildPanel(panel));
  }
  return withPanelIds(builder.build());
}

/** Numbers the panels by position, because links refer to a panel by its id. */
function withPanelIds(model: DashboardModel): DashboardModel {
  return { ...model, panels: (model.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 })) };
}
