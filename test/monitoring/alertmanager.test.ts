import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parse, stringify } from "yaml";
import {
  renderApplySilencesScript,
  renderSilencesFile,
} from "../../components/monitoring/alertmanager/silences.ts";
import {
  renderAmtoolClientConfig,
  renderClusterTlsConfig,
} from "../../components/monitoring/alertmanager/tls-config.ts";
import { eventually, freePort } from "../support/ports.ts";
import { describeWithTool, findTool } from "../support/tools.ts";
import { INHIBITION_CASES } from "./inhibition-cases.ts";
import { renderFilesFor, requireFile } from "./monitoring-fixture.ts";
import {
  ALERTMANAGER_PASSWORD,
  createSecretFiles,
  type HttpsClientOptions,
  httpsRequest,
  renderHashedWebConfig,
  type SecretFiles,
  type ServerProcess,
  startServerProcess,
} from "./server-processes.ts";

const SERVER_NAMES = ["localhost", "alertmanager.spacetime-monitoring.svc"];

/** The config with empty receivers: the tests check Alertmanager's grouping and deduplication without notifications. */
function configWithoutNotifications(): string {
  const config = parse(requireFile(renderFilesFor("production"), "alertmanager.yml"));
  config.receivers = config.receivers.map(({ name }: { name: string }) => ({ name }));
  return stringify(config);
}

describeWithTool("prometheus-alertmanager", "a real pair of Alertmanagers", (alertmanager) => {
  let secrets: SecretFiles;
  let client: HttpsClientOptions;
  const pair: ServerProcess[] = [];

  const start = async (index: number, ports: readonly (readonly [number, number])[]): Promise<void> => {
    const at = (name: string): string => join(secrets.directory, name);
    const [web = 0, gossip = 0] = ports[index] ?? [];
    mkdirSync(at(`data-${index}`));
    pair.push(
      await startServerProcess(
        alertmanager,
        [
          `--config.file=${at("alertmanager.yml")}`,
          `--storage.path=${at(`data-${index}`)}`,
          `--web.config.file=${at("web.yml")}`,
          `--web.listen-address=127.0.0.1:${web}`,
          `--cluster.listen-address=127.0.0.1:${gossip}`,
          `--cluster.tls-config=${at("cluster.yml")}`,
          "--cluster.settle-timeout=1s",
          "--cluster.gossip-interval=100ms",
          ...ports.map(([, peer]) => `--cluster.peer=127.0.0.1:${peer}`),
        ],
        { url: `https://localhost:${web}`, client },
      ),
    );
  };

  beforeAll(async () => {
    secrets = createSecretFiles(SERVER_NAMES, {
      "alertmanager.yml": configWithoutNotifications(),
    });
    const at = (name: string): string => join(secrets.directory, name);
    writeFileSync(at("web.yml"), renderHashedWebConfig(secrets, "alertmanager"));
    writeFileSync(at("cluster.yml"), secrets.here(renderClusterTlsConfig()));
    writeFileSync(at("client.yml"), secrets.here(renderAmtoolClientConfig()));
    client = { authority: secrets.authority, user: "alertmanager", password: ALERTMANAGER_PASSWORD };
    const ports = [
      [await freePort(), await freePort()],
      [await freePort(), await freePort()],
    ] as const;
    await Promise.all([start(0, ports), start(1, ports)]);
  }, 120_000);

  afterAll(async () => {
    await Promise.all(pair.map(({ stop }) => stop()));
    secrets.remove();
  });

  const url = (index = 0): string => pair[index]?.url ?? "";

  test("discover each other over mutual TLS", async () => {
    const peers = await eventually("the pair has met", 60, async () => {
      const { cluster } = (await httpsRequest(`${url()}/api/v2/status`, client)).json();
      return cluster.peers.length === 2 ? cluster.peers.length : undefined;
    });
    expect(peers).toBe(2);
  }, 90_000);

  test("reject requests without the password", async () => {
    const { authority } = client;
    expect((await httpsRequest(`${url()}/api/v2/alerts`, { authority })).status).toBe(401);
    const wrong = { authority, user: "alertmanager", password: "wrong" };
    expect((await httpsRequest(`${url()}/api/v2/alerts`, wrong)).status).toBe(401);
  });

  test("inhibit the symptoms of a cause only if their labels match", async () => {
    const label = { environment: "production", severity: "warning", team: "game" };
    const body = INHIBITION_CASES.flatMap(([cause, symptom, same], index) => {
      const cluster = `case-${index}`;
      const place = same === undefined ? {} : { [same]: "here" };
      const elsewhere = same === undefined ? { cluster: `${cluster}-other` } : { cluster, [same]: "there" };
      return [
        { labels: { ...label, ...place, cluster, alertname: cause } },
        { labels: { ...label, ...place, cluster, alertname: symptom, role: "hidden" } },
        { labels: { ...label, ...place, ...elsewhere, alertname: symptom, role: "shown" } },
      ];
    });
    expect((await httpsRequest(`${url()}/api/v2/alerts`, client, { method: "POST", body })).status).toBe(200);
    type Seen = { labels: Record<string, string>; status: { state: string; inhibitedBy: string[] } };
    const seen = await eventually("every alert is judged", 60, async () => {
      const alerts: Seen[] = (await httpsRequest(`${url()}/api/v2/alerts`, client)).json();
      const isJudged = alerts.every(({ status }) => status.state !== "unprocessed");
      return alerts.length === body.length && isJudged ? alerts : undefined;
    });
    const wrong = seen.filter(({ labels, status }) => {
      if (labels.role === undefined) return false;
      return status.inhibitedBy.length > 0 !== (labels.role === "hidden");
    });
    expect(wrong.map(({ labels }) => `${labels.cluster} ${labels.alertname} ${labels.role}`)).toEqual([]);
  }, 120_000);

  const apply = (silences: Parameters<typeof renderSilencesFile>[0]): void => {
    const file = join(secrets.directory, "silences.json");
    writeFileSync(file, renderSilencesFile(silences));
    const tool = findTool("amtool") ?? "amtool";
    const amtool = `${tool} --alertmanager.url=${url()} --http.config.file=${join(secrets.directory, "client.yml")}`;
    execFileSync("sh", ["-ec", renderApplySilencesScript(amtool, file)], { stdio: "pipe" });
  };

  const active = async (): Promise<string[]> => {
    type Silence = { comment: string; status: { state: string } };
    const all: Silence[] = (await httpsRequest(`${url()}/api/v2/silences`, client)).json();
    return all
      .filter(({ status }) => status.state !== "expired")
      .map(({ comment }) => comment)
      .sort();
  };

  const silence = (comment: string) => ({
    comment,
    author: "platform team",
    startsAt: "2020-01-01T00:00:00Z",
    endsAt: "2099-01-01T00:00:00Z",
    matchers: { alertname: "GatewayDown", environment: "production" },
  });

  test("create the configured silences, expire removed ones, and keep those of operators", async () => {
    const own = {
      ...silence("by hand"),
      createdBy: "somebody",
      matchers: [{ name: "a", value: "b", isRegex: false }],
    };
    expect(
      (await httpsRequest(`${url()}/api/v2/silences`, client, { method: "POST", body: own })).status,
    ).toBe(200);
    apply([silence("the old rack is moved"), silence("a load test runs")]);
    expect(await active()).toEqual([
      "a load test runs (platform team)",
      "by hand",
      "the old rack is moved (platform team)",
    ]);
    apply([silence("a load test runs")]);
    expect(await active()).toEqual(["a load test runs (platform team)", "by hand"]);
    const past = { ...silence("a move that is over"), endsAt: "2021-01-01T00:00:00Z" };
    apply([past, silence('a "quoted" reason, "endsAt":"2021"'), past]);
    expect(await active()).toEqual(['a "quoted" reason, "endsAt":"2021" (platform team)', "by hand"]);
    apply([past]);
    expect(await active()).toEqual(["by hand"]);
    apply([silence("a load test runs")]);
    apply([]);
    expect(await active()).toEqual(["by hand"]);
  }, 60_000);
});
