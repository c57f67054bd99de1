import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { NGINX_POD_PATHS } from "../../components/gateway/nginx-options.ts";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import { kubernetesObjects, planOf } from "../support/plans.ts";
import { replacePaths } from "../support/replace-paths.ts";
import { describeWithTool } from "../support/tools.ts";
import { createNginxFixture, type NginxFixture } from "./nginx-process.ts";

describeWithTool("nginx", "nginx accepts the config that each environment's gateway starts with", (nginx) => {
  let shop: NginxFixture;
  beforeAll(() => {
    shop = createNginxFixture();
  });
  afterAll(() => shop.remove());

  /** Replaces the pod's paths and names, which do not exist on this machine; the rest is as rendered. */
  function onThisMachine(config: string): string {
    const names = Object.keys(NGINX_POD_PATHS) as (keyof typeof NGINX_POD_PATHS)[];
    const moves = Object.fromEntries(names.map((name) => [NGINX_POD_PATHS[name], shop.paths[name]]));
    return replacePaths(config, { ...moves, "game-server.spacetime.svc:": "127.0.0.1:" });
  }

  test.each(ENVIRONMENTS)("%s", async (environment) => {
    const objects = [...kubernetesObjects(await planOf(environment)).values()];
    const gateway = objects.filter(
      ({ kind, metadata }) => kind === "ConfigMap" && metadata.name.startsWith("gateway-"),
    );
    expect(gateway).toHaveLength(1);
    const [{ data } = { data: {} }] = gateway;
    const { "nginx.conf": config } = data as { "nginx.conf": string };
    const file = join(shop.directory, `${environment}.conf`);
    writeFileSync(file, onThisMachine(config));
    const result = spawnSync(nginx, ["-t", "-e", shop.paths.errorLog, "-c", file], { encoding: "utf8" });
    expect(result.stderr).toMatch(/syntax is ok[\s\S]*test is successful/);
    expect(result.stderr).not.toMatch(/warn|emerg/);
  });
});
