import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parse, stringify } from "yaml";
import type { Fault } from "../../../reference-server/faults.ts";
import { type RunningServer, startServer } from "../../../reference-server/server.ts";
import { renderFilesFor, replaceServiceDiscovery, requireFile } from "../../monitoring/monitoring-fixture.ts";
import {
  ALERTMANAGER_PASSWORD,
  createSecretFiles,
  type HttpsClientOptions,
  httpsRequest,
  PROMETHEUS_PASSWORD,
  type ReceivedNotification,
  renderHashedWebConfig,
  type SecretFiles,
  type ServerProcess,
  startNotificationReceiver,
  startServerProcess,
} from "../../monitoring/server-processes.ts";
import { SPEED_FACTOR, shortenDurations } from "../../monitoring/shorten-durations.ts";
import { createTestEnv, SCRAPE_TOKEN } from "../../reference-server/support/test-server.ts";
import { eventually, freePort } from "../../support/ports.ts";
import { describeWithTool, findTool } from "../../support/tools.ts";

const SERVICES = ["game-server.spacetime.svc", "prometheus.spacetime-monitoring.svc"];
const ALERT = "GameServersAllDown";

const prometheusTool =
  findTool("prometheus-alertmanager") === undefined ? "prometheus-alertmanager" : "prometheus";

describeWithTool(
  prometheusTool,
  "a fault and its resolution are notified to the responsible team",
  (prometheusPath) => {
    let secrets: SecretFiles;
    let receiver: Awaited<ReturnType<typeof startNotificationReceiver>>;
    let gameServer: RunningServer | undefined;
    let gamePort = 0;
    const processes: ServerProcess[] = [];
    const at = (name: string): string => join(secrets.directory, name);
    const client = (user: string, password: string): HttpsClientOptions => ({
      authority: secrets.authority,
      user,
      password,
    });

    const startGame = async (faults: readonly Fault[]): Promise<void> => {
      await gameServer?.stop();
      const env = await createTestEnv({
        GODOT_HTTP_PORT: String(gamePort),
        GODOT_TLS_ENABLED: "true",
        GODOT_TLS_CERT_PATH: at("tls/tls.crt"),
        GODOT_TLS_KEY_PATH: at("tls/tls.key"),
        GODOT_MEMORY_TARGET_MB: "65536",
      });
      gameServer = await startServer(env, { faults, write: () => undefined });
    };

    const alertmanagerFile = (files: ReadonlyMap<string, string>): string => {
      const config = parse(shortenDurations(requireFile(files, "alertmanager.yml")));
      config.global.pagerduty_url = `${receiver.url}/pagerduty`;
      const text = stringify(config, { lineWidth: 0 });
      return secrets.here(text).replace("https://switch.spacetime-vr.com/ping", `${receiver.url}/switch`);
    };

    const prometheusFile = (
      files: ReadonlyMap<string, string>,
      ports: { am: number; own: number },
    ): string => {
      const pod = { namespace: "spacetime", pod: "game-server-main-0", node: "node-1", pool: "main" };
      const targets: Readonly<Record<string, object>> = {
        "game-server": { targets: [`127.0.0.1:${gamePort}`], labels: pod },
        prometheus: { targets: [`127.0.0.1:${ports.own}`] },
        alertmanager: { targets: [`127.0.0.1:${ports.am}`] },
      };
      const text = replaceServiceDiscovery(requireFile(files, "prometheus.yml"), ({ job_name }) => [
        targets[job_name] ?? {},
      ]);
      const config = parse(shortenDurations(text));
      config.scrape_configs = config.scrape_configs.filter(
        ({ job_name }: { job_name: string }) => job_name in targets,
      );
      config.global.scrape_timeout = "1s";
      config.alerting.alertmanagers[0].static_configs[0].targets = [`127.0.0.1:${ports.am}`];
      return secrets.here(stringify(config, { lineWidth: 0 }));
    };

    beforeAll(async () => {
      receiver = await startNotificationReceiver();
      secrets = createSecretFiles(["localhost", "alertmanager.spacetime-monitoring.svc", ...SERVICES], {
        "prometheus/metrics-scrape-token": SCRAPE_TOKEN,
        "alertmanager/slackWebhookUrl": `${receiver.url}/slack`,
        "alertmanager/pagerdutyRoutingKey": "planted-routing-key",
      });
      const files = renderFilesFor("production", ({ monitoring }) => {
        monitoring.notifications.email = { kind: "none" };
      });
      gamePort = await freePort();
      const ports = { am: await freePort(), own: await freePort() };
      writeFileSync(at("alertmanager.yml"), alertmanagerFile(files));
      writeFileSync(at("prometheus.yml"), prometheusFile(files, ports));
      writeFileSync(at("rules.yml"), shortenDurations(requireFile(files, "rules.yml")));
      for (const user of ["prometheus", "alertmanager"] as const) {
        writeFileSync(at(`${user}-web.yml`), renderHashedWebConfig(secrets, user));
        mkdirSync(at(`${user}-data`));
      }
      await startGame([]);
      processes.push(
        await startServerProcess(
          findTool("prometheus-alertmanager") ?? "",
          [
            `--config.file=${at("alertmanager.yml")}`,
            `--storage.path=${at("alertmanager-data")}`,
            `--web.config.file=${at("alertmanager-web.yml")}`,
            `--web.listen-address=127.0.0.1:${ports.am}`,
            "--cluster.listen-address=",
          ],
          { url: `https://localhost:${ports.am}`, client: client("alertmanager", ALERTMANAGER_PASSWORD) },
        ),
        await startServerProcess(
          prometheusPath,
          [
            `--config.file=${at("prometheus.yml")}`,
            `--storage.tsdb.path=${at("prometheus-data")}`,
            `--web.config.file=${at("prometheus-web.yml")}`,
            `--web.listen-address=127.0.0.1:${ports.own}`,
            // The first alerts fire before Prometheus has discovered Alertmanager, and would be resent only after a minute.
            "--rules.alert.resend-delay=1s",
          ],
          { url: `https://localhost:${ports.own}`, client: client("prometheus", PROMETHEUS_PASSWORD) },
        ),
      );
    }, 180_000);

    afterAll(async () => {
      await Promise.all(processes.map(({ stop }) => stop()));
      await gameServer?.stop();
      await receiver.stop();
      secrets.remove();
    });

    const prometheus = (path: string) =>
      httpsRequest(`${processes[1]?.url}${path}`, client("prometheus", PROMETHEUS_PASSWORD)).then(
        ({ json }) => json().data,
      );

    const up = async (job: string): Promise<string | undefined> =>
      (await prometheus(`/api/v1/query?query=up{job="${job}"}`)).result[0]?.value[1];

    const state = async (): Promise<string | undefined> =>
      (await prometheus("/api/v1/alerts")).alerts.find(
        ({ labels }: { labels: { alertname: string } }) => labels.alertname === ALERT,
      )?.state;

    /** A server that starts slowly may have raised the alert already: only notifications after the fault count. */
    let notificationsBeforeFault = 0;
    const notifications = (): readonly ReceivedNotification[] =>
      receiver.messages.slice(notificationsBeforeFault);
    const slack = (status: "FIRING" | "RESOLVED"): ReceivedNotification | undefined =>
      notifications().find(({ path, body }) => {
        const title: string = body?.attachments?.[0]?.title ?? "";
        return path === "/slack" && title.includes(status) && title.includes(ALERT);
      });

    const paged = (action: "trigger" | "resolve"): ReceivedNotification | undefined =>
      notifications().find(
        ({ path, body }) =>
          path === "/pagerduty" && body.event_action === action && JSON.stringify(body).includes(ALERT),
      );

    test("every target is scraped over TLS with its own credential", async () => {
      for (const job of ["game-server", "prometheus", "alertmanager"]) {
        await eventually(`${job} is up`, 60, async () => ((await up(job)) === "1" ? true : undefined));
      }
      const { authority } = secrets;
      expect((await httpsRequest(`${processes[1]?.url}/api/v1/alerts`, { authority })).status).toBe(401);
    }, 180_000);

    test("the dead man's switch receives the Watchdog alert", async () => {
      const message = await eventually("the Watchdog arrives", 90, () =>
        receiver.messages.find(({ path }) => path === "/switch"),
      );
      expect(message.body.commonLabels).toMatchObject({ alertname: "Watchdog", environment: "production" });
    }, 120_000);

    test("a fault fires an alert, is notified to the channel and the pager, and is resolved", async () => {
      await eventually("no alert is active", 90, async () =>
        (await state()) === undefined ? true : undefined,
      );
      // Alertmanager does not notify a repeated alert before it has notified its resolution.
      await eventually("earlier notifications are resolved", 120, () =>
        slack("FIRING") === undefined || slack("RESOLVED") !== undefined ? true : undefined,
      );
      notificationsBeforeFault = receiver.messages.length;
      const fault = Date.now();
      await startGame(["server-errors"]);
      const firing = await eventually(`${ALERT} fires`, 90, async () =>
        (await state()) === "firing" ? Date.now() : undefined,
      );
      const notified = await eventually("the team's channel is notified", 90, () => slack("FIRING"));
      const called = await eventually("the pager is triggered", 90, () => paged("trigger"));
      expect(notified.body.channel).toBe("#game-alerts");
      expect(called.body).toMatchObject({
        routing_key: "planted-routing-key",
        payload: { severity: "critical", group: "game" },
      });
      expect(notified.body.attachments[0].text).toMatch(/Runbook: https:\/\/\S+#gameserversalldown/);

      const fixed = Date.now();
      await startGame([]);
      const ended = await eventually("the channel is notified of the resolution", 120, () =>
        slack("RESOLVED"),
      );
      await eventually("the page is resolved", 90, () => paged("resolve"));
      await eventually("the alert is resolved", 90, async () =>
        (await state()) === undefined ? true : undefined,
      );
      const otherChannels = notifications().filter(
        ({ path, body }) =>
          path === "/slack" && JSON.stringify(body).includes(ALERT) && body.channel !== "#game-alerts",
      );
      expect(otherChannels).toEqual([]);

      const after = (moment: number, from: number): string => `+${((moment - from) / 1000).toFixed(1)} s`;
      process.stdout.write(
        [
          `timeline of ${ALERT} (waiting times divided by ${SPEED_FACTOR}):`,
          "  fault     +0.0 s  the game server answers every request with 500",
          `  firing    ${after(firing, fault)}  in Prometheus`,
          `  notified  ${after(notified.at, fault)}  #game-alerts; PagerDuty ${after(called.at, fault)}`,
          `  fixed     ${after(fixed, fault)}`,
          `  resolved  ${after(ended.at, fault)}  #game-alerts, ${after(ended.at, fixed)} after the fix`,
          "",
        ].join("\n"),
      );
    }, 420_000);
  },
);
