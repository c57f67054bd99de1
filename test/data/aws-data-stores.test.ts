import { describe, expect, test } from "@jest/globals";
import type { JsonObject, Plan } from "../../plan/plan.ts";
import { findResource, kubernetesObjects, planOf } from "../support/plans.ts";

const inputs = (plan: Plan, name: string): JsonObject => findResource(plan, name).inputs;

function parameters(plan: Plan, name: string): Record<string, unknown> {
  const list = inputs(plan, name).parameters as unknown as { name: string; value: string }[];
  return Object.fromEntries(list.map(({ name: key, value }) => [key, value]));
}

/** The allowed clients of a security group; there must be no other rule in either direction. */
function securityGroupRules(plan: Plan, store: string): unknown {
  const rules = plan.resources.filter(
    ({ type, name }) => type.startsWith("aws:vpc/securityGroup") && name.startsWith(`${store}-`),
  );
  expect(inputs(plan, `${store}-security-group`)).not.toHaveProperty("ingress");
  expect(inputs(plan, `${store}-security-group`)).not.toHaveProperty("egress");
  return rules.map(
    ({ type, inputs: { ipProtocol, fromPort, toPort, referencedSecurityGroupId, cidrIpv4 } }) => ({
      type: type.split(":").at(-1),
      ipProtocol,
      fromPort,
      toPort,
      fromGroup: referencedSecurityGroupId !== undefined,
      cidrIpv4,
    }),
  );
}

describe("production's database", () => {
  test("is Multi-AZ, has backups and is protected from deletion", async () => {
    const plan = await planOf("production");
    expect(inputs(plan, "postgres-instance")).toMatchObject({
      identifier: "spacetime-vr-production-postgres",
      engine: "postgres",
      engineVersion: "18",
      multiAz: true,
      backupRetentionPeriod: 35,
      backupWindow: "02:00-02:30",
      maintenanceWindow: "tue:03:00-tue:04:00",
      deletionProtection: true,
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "spacetime-vr-production-postgres-final",
      copyTagsToSnapshot: true,
      applyImmediately: false,
      allowMajorVersionUpgrade: false,
      allocatedStorage: 100,
      maxAllocatedStorage: 500,
    });
    expect(findResource(plan, "postgres-instance").protect).toBe(true);
  });

  test("is encrypted with the project's KMS key, and RDS manages its master password", async () => {
    const instance = inputs(await planOf("production"), "postgres-instance");
    const key = instance.kmsKeyId;
    expect(key).toMatch(/^generated:/);
    expect(instance).toMatchObject({
      storageEncrypted: true,
      performanceInsightsKmsKeyId: key,
      masterUserSecretKmsKeyId: key,
      manageMasterUserPassword: true,
    });
    expect(instance).not.toHaveProperty("password");
  });

  test("requires TLS and SCRAM, and does not log player data", async () => {
    const plan = await planOf("production");
    expect(parameters(plan, "postgres-parameters")).toMatchObject({
      "rds.force_ssl": "1",
      "rds.accepted_password_auth_method": "scram",
      password_encryption: "scram-sha-256",
      // A list in Postgres 18; a boolean up to 17.
      log_connections: "all",
      log_disconnections: "1",
      log_statement: "ddl",
      log_min_error_statement: "panic",
      log_parameter_max_length: "0",
      log_parameter_max_length_on_error: "0",
      max_connections: "200",
    });
    expect(inputs(plan, "postgres-parameters")).toMatchObject({ family: "postgres18" });
    expect(inputs(plan, "postgres-instance")).toMatchObject({ caCertIdentifier: "rds-ca-rsa2048-g1" });
  });

  test("logs connections with a value that its major version has", async () => {
    const plan = await planOf("production", (values) => {
      values.database.engineVersion = "17";
    });
    expect(parameters(plan, "postgres-parameters")).toMatchObject({ log_connections: "1" });
  });

  test("has its point-in-time recovery in a second region too, with a key there", async () => {
    const plan = await planOf("production");
    expect(inputs(plan, "postgres-backup-replication")).toMatchObject({
      region: "eu-west-1",
      retentionPeriod: 35,
      kmsKeyId: "generated:postgres-backup-replica-key.arn",
    });
    expect(inputs(plan, "postgres-backup-replica-key")).toMatchObject({ region: "eu-west-1" });
  });

  test("accepts connections only from the cluster's pods on one port", async () => {
    const plan = await planOf("production");
    expect(securityGroupRules(plan, "postgres")).toEqual([
      { type: "SecurityGroupIngressRule", ipProtocol: "tcp", fromPort: 5432, toPort: 5432, fromGroup: true },
    ]);
    expect(inputs(plan, "postgres-instance")).toMatchObject({
      publiclyAccessible: false,
      networkType: "IPV4",
    });
    expect(
      (inputs(plan, "postgres-subnets").subnetIds as unknown as string[]).every((id) => /isolated/.test(id)),
    ).toBe(true);
  });

  test("writes logs and metrics to encrypted log groups with a retention", async () => {
    const plan = await planOf("production");
    for (const log of ["postgresql", "upgrade"]) {
      expect(inputs(plan, `postgres-log-${log}`)).toMatchObject({
        name: `/aws/rds/instance/spacetime-vr-production-postgres/${log}`,
        retentionInDays: 365,
      });
      expect(inputs(plan, `postgres-log-${log}`).kmsKeyId).toMatch(/^generated:/);
    }
    expect(inputs(plan, "postgres-instance")).toMatchObject({
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      databaseInsightsMode: "standard",
      performanceInsightsEnabled: true,
      performanceInsightsRetentionPeriod: 7,
      monitoringInterval: 60,
    });
    const trust = JSON.parse(String(inputs(plan, "postgres-monitoring-role").assumeRolePolicy));
    expect(trust.Statement[0].Condition.StringEquals).toEqual({
      "aws:SourceAccount": "000000000000",
      "aws:SourceArn": "arn:aws:rds:eu-central-1:000000000000:db:spacetime-vr-production-postgres",
    });
  });

  test("has no monitoring role without Enhanced Monitoring", async () => {
    const plan = await planOf("production", ({ database }) => {
      database.monitoringSeconds = 0;
    });
    expect(inputs(plan, "postgres-instance")).toMatchObject({ monitoringInterval: 0 });
    expect(plan.resources.some(({ name }) => name.startsWith("postgres-monitoring"))).toBe(false);
  });

  test("has a new parameter group for a new major version, because the family of a group in use cannot change", async () => {
    const names = await Promise.all(
      ["17", "18"].map(async (version) => {
        const plan = await planOf("production", ({ database }) => {
          database.engineVersion = version;
        });
        return inputs(plan, "postgres-parameters").name;
      }),
    );
    expect(new Set(names).size).toBe(2);
  });
});

describe("production's Redis", () => {
  test("has a replica in another zone with automatic failover, TLS, encryption and a password", async () => {
    const plan = await planOf("production");
    expect(inputs(plan, "redis-group")).toMatchObject({
      replicationGroupId: "spacetime-vr-production-redis",
      engine: "valkey",
      engineVersion: "8.1",
      clusterMode: "disabled",
      numCacheClusters: 3,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      atRestEncryptionEnabled: true,
      authToken: "[secret secrets-redis-password.hex]",
      authTokenUpdateStrategy: "ROTATE",
      snapshotRetentionLimit: 7,
      finalSnapshotIdentifier: "spacetime-vr-production-redis-final",
      applyImmediately: false,
    });
    expect(inputs(plan, "redis-group").kmsKeyId).toMatch(/^generated:/);
    expect(findResource(plan, "redis-group").protect).toBe(true);
  });

  test("evicts only keys with an expiry, and accepts connections only from the cluster's pods", async () => {
    const plan = await planOf("production");
    expect(inputs(plan, "redis-parameters")).toMatchObject({ family: "valkey8" });
    expect(parameters(plan, "redis-parameters")).toMatchObject({
      "maxmemory-policy": "volatile-ttl",
      "reserved-memory-percent": "25",
    });
    expect(securityGroupRules(plan, "redis")).toEqual([
      { type: "SecurityGroupIngressRule", ipProtocol: "tcp", fromPort: 6379, toPort: 6379, fromGroup: true },
    ]);
  });

  test("a single node, as in staging, has no automatic failover, which AWS would reject", async () => {
    const group = inputs(await planOf("staging"), "redis-group");
    expect(group).toMatchObject({
      numCacheClusters: 1,
      automaticFailoverEnabled: false,
      multiAzEnabled: false,
    });
    expect(group).not.toHaveProperty("finalSnapshotIdentifier");
  });
});

describe("the game servers of an environment on AWS", () => {
  test("get the database hosts from AWS and verify their certificates against the right CAs", async () => {
    const objects = kubernetesObjects(await planOf("production"));
    const deployment = JSON.stringify(objects.get("Deployment/spacetime/game-server-main"));
    expect(deployment).toContain(
      '{"name":"GODOT_DATABASE_HOST","value":"generated:postgres-instance.address"}',
    );
    expect(deployment).toContain(
      '{"name":"GODOT_REDIS_HOST","value":"generated:redis-group.primaryEndpointAddress"}',
    );
    const authority = (store: string): string => {
      const found = [...objects.values()].find(
        ({ kind, metadata }) => kind === "ConfigMap" && metadata.name.startsWith(`${store}-authority-`),
      );
      expect(deployment).toContain(`"mountPath":"/run/secrets/${store}"`);
      return (found as unknown as { data: { "ca.crt": string } }).data["ca.crt"];
    };
    expect(authority("redis").match(/BEGIN CERTIFICATE/g)).toHaveLength(5);
    expect(authority("database")).toContain("BEGIN CERTIFICATE");
  });

  test("can reach the isolated subnets on the database ports, and no in-cluster databases exist", async () => {
    const plan = await planOf("production");
    const objects = kubernetesObjects(plan);
    const policy = JSON.stringify(objects.get("NetworkPolicy/spacetime/game-server"));
    const isolated = plan.resources
      .filter(({ type, name }) => type === "aws:ec2/subnet:Subnet" && name.includes("isolated"))
      .map(({ inputs: { cidrBlock } }) => ({ ipBlock: { cidr: cidrBlock } }));
    expect(isolated).toHaveLength(3);
    for (const port of [5432, 6379]) {
      const ports = [{ port, protocol: "TCP" }];
      expect(policy).toContain(JSON.stringify({ ports, to: isolated }));
    }
    expect([...objects.keys()].filter((key) => key.startsWith("StatefulSet/spacetime/"))).toEqual([]);
  });
});

test("staging can be destroyed and recreated without protected or leftover resources", async () => {
  const plan = await planOf("staging");
  expect(inputs(plan, "postgres-instance")).toMatchObject({
    multiAz: false,
    deletionProtection: false,
    skipFinalSnapshot: true,
  });
  expect(findResource(plan, "postgres-instance").protect).toBe(false);
  expect(inputs(plan, "secrets-mirror-api-token")).toMatchObject({ recoveryWindowInDays: 0 });
});
