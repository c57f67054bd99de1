import { beforeAll, describe, expect, test } from "@jest/globals";
import {
  gameServerConfig,
  gameServerPodConfig,
  secretVariables,
} from "../../components/config/component-configs/game-server-config.ts";
import type { Config } from "../../components/config/config.ts";
import { loadConfig } from "../../components/config/load-config.ts";
import { VARIABLES } from "../../components/config/variables/index.ts";
import type { ResolvedVariable } from "../../components/config/variables/types.ts";
import { GameServer } from "../../components/game-server/game-server.ts";
import program from "../../index.ts";
import type { Json, Plan } from "../../plan/plan.ts";
import { planEnvironment } from "../../plan/plan-environment.ts";
import {
  findChangedKeys,
  findResource,
  kubernetesObjects,
  planOf,
  podTemplates,
  readRawConfig,
} from "../support/plans.ts";

function changeValue(variable: ResolvedVariable): ResolvedVariable {
  if (variable.kind === "secret") {
    return { ...variable, secret: variable.secret === "api-token" ? "jwt-signing-key" : "api-token" };
  }
  if (variable.kind === "deployed") throw new Error(`${variable.definition.name} is unknown until apply.`);
  switch (variable.definition.type.kind) {
    case "boolean":
      return { ...variable, value: variable.value === "true" ? "false" : "true" };
    case "integer":
    case "port":
      return { ...variable, value: String(Number(variable.value) + 1) };
    default:
      return { ...variable, value: `${variable.value}-other` };
  }
}

/** The config with the value of one variable replaced, whatever its source. */
function withChangedVariable(config: Config, name: string): Config {
  const variable = config.variables.get(name);
  if (variable === undefined) throw new Error(`${name} has no value.`);
  return { ...config, variables: new Map([...config.variables, [name, changeValue(variable)]]) };
}

/** The game server alone, as the program creates it, with a separate name. */
function buildGameServer(name: string, config: Config): void {
  new GameServer(name, {
    ...gameServerConfig(config),
    zones: 3,
    pod: {
      ...gameServerPodConfig(config),
      secretVariables: secretVariables(config).map(({ name: variable, secret }) => ({
        name: variable,
        reference: { name: "secrets", key: secret },
      })),
      tlsVolume: { name: "tls", secret: { secretName: "internal-tls" } },
      annotations: {},
      placement: { nodeSelector: {}, tolerations: [], annotations: {} },
    },
  });
}

describe("every variable of the game server reaches the game server", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await planEnvironment(() => {
      const config = loadConfig();
      buildGameServer("unchanged", config);
      for (const name of VARIABLES.keys()) buildGameServer(name, withChangedVariable(config, name));
      return {};
    }, readRawConfig("package"));
  });

  const template = (name: string): Json =>
    (findResource(plan, `${name}-main-deployment`).inputs as { spec: { template: Json } }).spec.template;

  test.each([...VARIABLES.keys()])("changing %s restarts the game server", (name) => {
    expect(template(name)).not.toEqual(template("unchanged"));
  });

  test.each(["package", "production"] as const)(
    "%s sets exactly the variables of the catalogue",
    async (environment) => {
      const objects = kubernetesObjects(await planOf(environment));
      const deployment = objects.get("Deployment/spacetime/game-server-main") as unknown as {
        spec: { template: { spec: { containers: [{ env: { name: string }[]; envFrom: Json[] }] } } };
      };
      const [container] = deployment.spec.template.spec.containers;
      const [source] = container.envFrom as unknown as [{ configMapRef: { name: string } }];
      const { data } = objects.get(`ConfigMap/spacetime/${source.configMapRef.name}`) as unknown as {
        data: object;
      };
      expect(container.envFrom).toHaveLength(1);
      expect([...Object.keys(data), ...container.env.map(({ name }) => name)].sort()).toEqual(
        [...VARIABLES.keys()].sort(),
      );
    },
  );

  test.each(
    [...VARIABLES.values()].filter(({ readers }) => readers.includes("gateway")).map(({ name }) => name),
  )("%s, which nginx uses according to the catalogue, also restarts the gateway", async (name) => {
    const before = podTemplates(await planOf("package"));
    const after = await planEnvironment(
      () => program(withChangedVariable(loadConfig(), name)),
      readRawConfig("package"),
    );
    expect(findChangedKeys(before, podTemplates(after))).toContain("Deployment/gateway");
  });
});
