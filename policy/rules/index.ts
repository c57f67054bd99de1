import type { Rule } from "../rule.ts";
import { disallowReplicasWithAutoscaler } from "./availability/disallow-replicas-with-autoscaler.ts";
import { requireMinimumReplicas } from "./availability/require-minimum-replicas.ts";
import { requirePodDisruptionBudget } from "./availability/require-pod-disruption-budget.ts";
import { requireZoneTopologySpread } from "./availability/require-zone-topology-spread.ts";
import { disallowAutomaticCacheUpgrades } from "./aws/disallow-automatic-cache-upgrades.ts";
import { disallowPublicNodeAddresses } from "./aws/disallow-public-node-addresses.ts";
import { disallowPublicRds } from "./aws/disallow-public-rds.ts";
import { disallowPublicSecurityGroupIngress } from "./aws/disallow-public-security-group-ingress.ts";
import { disallowWildcardPrincipals } from "./aws/disallow-wildcard-principals.ts";
import { enableBucketObjectLock } from "./aws/enable-bucket-object-lock.ts";
import { enableBucketReplication } from "./aws/enable-bucket-replication.ts";
import { enableBucketVersioning } from "./aws/enable-bucket-versioning.ts";
import { enableControlPlaneLogging } from "./aws/enable-control-plane-logging.ts";
import { enableDeletionProtection } from "./aws/enable-deletion-protection.ts";
import { enableKmsKeyRotation } from "./aws/enable-kms-key-rotation.ts";
import { enableMultiAz } from "./aws/enable-multi-az.ts";
import { enableRdsBackupReplication } from "./aws/enable-rds-backup-replication.ts";
import { enableSnapshotSchedules } from "./aws/enable-snapshot-schedules.ts";
import { enableVpcFlowLogs } from "./aws/enable-vpc-flow-logs.ts";
import { limitMonthlyCost } from "./aws/limit-monthly-cost.ts";
import { requireAddOnVersion } from "./aws/require-add-on-version.ts";
import { requireBucketKmsEncryption } from "./aws/require-bucket-kms-encryption.ts";
import { requireBucketPublicAccessBlock } from "./aws/require-bucket-public-access-block.ts";
import { requireConsistentAutoMode } from "./aws/require-consistent-auto-mode.ts";
import { requireDefaultTags } from "./aws/require-default-tags.ts";
import { requireEbsEncryption } from "./aws/require-ebs-encryption.ts";
import { requireEksAccessEntries } from "./aws/require-eks-access-entries.ts";
import { requireEksSecretsEncryption } from "./aws/require-eks-secrets-encryption.ts";
import { requireElasticacheAuthToken } from "./aws/require-elasticache-auth-token.ts";
import { requireElasticacheEncryption } from "./aws/require-elasticache-encryption.ts";
import { requireFinalSnapshots } from "./aws/require-final-snapshots.ts";
import { requireLogRetention } from "./aws/require-log-retention.ts";
import { requireManagedMasterPassword } from "./aws/require-managed-master-password.ts";
import { requirePermissionsBoundary } from "./aws/require-permissions-boundary.ts";
import { requirePodIdentity } from "./aws/require-pod-identity.ts";
import { requireRdsBackupRetention } from "./aws/require-rds-backup-retention.ts";
import { requireRdsEncryption } from "./aws/require-rds-encryption.ts";
import { requireRdsTls } from "./aws/require-rds-tls.ts";
import { requireThreeAvailabilityZones } from "./aws/require-three-availability-zones.ts";
import { restrictApiEndpoint } from "./aws/restrict-api-endpoint.ts";
import { restrictAwsAccount } from "./aws/restrict-aws-account.ts";
import { restrictAwsRegions } from "./aws/restrict-aws-regions.ts";
import { restrictIamPermissions } from "./aws/restrict-iam-permissions.ts";
import { restrictInstanceClasses } from "./aws/restrict-instance-classes.ts";
import { limitCertificateLifetime } from "./certificates/limit-certificate-lifetime.ts";
import { requireGatewayTlsSecret } from "./certificates/require-gateway-tls-secret.ts";
import { requirePubliclyTrustedCertificate } from "./certificates/require-publicly-trusted-certificate.ts";
import { disallowOpaqueResources } from "./cluster/disallow-opaque-resources.ts";
import { disallowRbacWildcards } from "./cluster/disallow-rbac-wildcards.ts";
import { enforcePodSecurity } from "./cluster/enforce-pod-security.ts";
import { requireRecommendedLabels } from "./cluster/require-recommended-labels.ts";
import { requireRolloutOnConfigChange } from "./cluster/require-rollout-on-config-change.ts";
import { requireValidatingAdmissionPolicy } from "./cluster/require-validating-admission-policy.ts";
import { restrictPodNamespaces } from "./cluster/restrict-pod-namespaces.ts";
import { enableRedisAppendOnlyFile } from "./data/enable-redis-append-only-file.ts";
import { limitRedisMemory } from "./data/limit-redis-memory.ts";
import { requireBackupCronJobs } from "./data/require-backup-cron-jobs.ts";
import { requireDatabaseCertificateVerification } from "./data/require-database-certificate-verification.ts";
import { requirePostgresArchive } from "./data/require-postgres-archive.ts";
import { requirePostgresTls } from "./data/require-postgres-tls.ts";
import { requireRedisPassword } from "./data/require-redis-password.ts";
import { requireRedisPersistentVolume } from "./data/require-redis-persistent-volume.ts";
import { requireRedisTls } from "./data/require-redis-tls.ts";
import { disallowTestScenes } from "./game-server/disallow-test-scenes.ts";
import { enableAccessControl } from "./game-server/enable-access-control.ts";
import { enableHttpApi } from "./game-server/enable-http-api.ts";
import { limitGlobalRequestRate } from "./game-server/limit-global-request-rate.ts";
import { limitSceneRequestRate } from "./game-server/limit-scene-request-rate.ts";
import { limitStatusRequestRate } from "./game-server/limit-status-request-rate.ts";
import { requireEnvironmentName } from "./game-server/require-environment-name.ts";
import { requireExplicitAuditLogging } from "./game-server/require-explicit-audit-logging.ts";
import { requireSceneBlacklist } from "./game-server/require-scene-blacklist.ts";
import { requireWhitelistedMainScene } from "./game-server/require-whitelisted-main-scene.ts";
import { restrictSceneWhitelist } from "./game-server/restrict-scene-whitelist.ts";
import { restrictVariableSources } from "./game-server/restrict-variable-sources.ts";
import { requireAccessLog } from "./gateway/require-access-log.ts";
import { requireSecurityHeaders } from "./gateway/require-security-headers.ts";
import { restrictTlsVersions } from "./gateway/restrict-tls-versions.ts";
import { requireGameServerImageDigest } from "./images/require-game-server-image-digest.ts";
import { requirePinnedImages } from "./images/require-pinned-images.ts";
import { restrictImageRegistries } from "./images/restrict-image-registries.ts";
import { requireLogShipping } from "./logging/require-log-shipping.ts";
import { requireSeparateAuditLog } from "./logging/require-separate-audit-log.ts";
import { limitPrometheusRetention } from "./monitoring/limit-prometheus-retention.ts";
import { requireAlertReceivers } from "./monitoring/require-alert-receivers.ts";
import { requireErrorRateAlerts } from "./monitoring/require-error-rate-alerts.ts";
import { requireGrafanaDataSource } from "./monitoring/require-grafana-data-source.ts";
import { requireHealthAlerts } from "./monitoring/require-health-alerts.ts";
import { requirePrometheus } from "./monitoring/require-prometheus.ts";
import { requireProvisionedDashboards } from "./monitoring/require-provisioned-dashboards.ts";
import { requireScrapeJobs } from "./monitoring/require-scrape-jobs.ts";
import { requireWatchdog } from "./monitoring/require-watchdog.ts";
import { disallowDebugPorts } from "./network/disallow-debug-ports.ts";
import { disallowNodePorts } from "./network/disallow-node-ports.ts";
import { requireContainerPortTls } from "./network/require-container-port-tls.ts";
import { requireDefaultDenyNetworkPolicy } from "./network/require-default-deny-network-policy.ts";
import { requireIngressTls } from "./network/require-ingress-tls.ts";
import { restrictDiscoveryPortIngress } from "./network/restrict-discovery-port-ingress.ts";
import { restrictGameServerIngress } from "./network/restrict-game-server-ingress.ts";
import { restrictPostgresIngress } from "./network/restrict-postgres-ingress.ts";
import { restrictRedisIngress } from "./network/restrict-redis-ingress.ts";
import { disallowHostAccess } from "./pods/disallow-host-access.ts";
import { disallowPrivilegedContainers } from "./pods/disallow-privileged-containers.ts";
import { disallowUnusedServiceAccountTokens } from "./pods/disallow-unused-service-account-tokens.ts";
import { limitDrainToGracePeriod } from "./pods/limit-drain-to-grace-period.ts";
import { requireContainerSecurityContext } from "./pods/require-container-security-context.ts";
import { requirePodSecurityContext } from "./pods/require-pod-security-context.ts";
import { requirePreStopDrain } from "./pods/require-pre-stop-drain.ts";
import { requireProbes } from "./pods/require-probes.ts";
import { requireResourceRequestsAndLimits } from "./pods/require-resource-requests-and-limits.ts";
import { requireSeparateReadinessProbe } from "./pods/require-separate-readiness-probe.ts";
import { requireTini } from "./pods/require-tini.ts";
import { disallowDanglingSecretReferences } from "./secrets/disallow-dangling-secret-references.ts";
import { disallowExampleValues } from "./secrets/disallow-example-values.ts";
import { disallowPlaintextSecrets } from "./secrets/disallow-plaintext-secrets.ts";
import { requireDataKeys } from "./secrets/require-data-keys.ts";
import { requireDeclaredSecrets } from "./secrets/require-declared-secrets.ts";
import { requireGeneratedSecrets } from "./secrets/require-generated-secrets.ts";
import { requireSeparateDatabasePasswords } from "./secrets/require-separate-database-passwords.ts";
import { restrictDataKeys } from "./secrets/restrict-data-keys.ts";
import { restrictSecretNamespaces } from "./secrets/restrict-secret-namespaces.ts";
import { requireStorageClass } from "./storage/require-storage-class.ts";
import { requireVolumeRetention } from "./storage/require-volume-retention.ts";

/** All rules of the policy, grouped by area. */
export const RULES: readonly Rule[] = [
  requirePodDisruptionBudget,
  requireMinimumReplicas,
  disallowReplicasWithAutoscaler,
  requireZoneTopologySpread,
  limitCertificateLifetime,
  requireGatewayTlsSecret,
  requirePubliclyTrustedCertificate,
  enforcePodSecurity,
  disallowRbacWildcards,
  requireValidatingAdmissionPolicy,
  requireRecommendedLabels,
  restrictPodNamespaces,
  requireRolloutOnConfigChange,
  disallowOpaqueResources,
  limitRedisMemory,
  requirePostgresTls,
  requirePostgresArchive,
  requireBackupCronJobs,
  requireRedisTls,
  requireRedisPassword,
  enableRedisAppendOnlyFile,
  requireRedisPersistentVolume,
  requireDatabaseCertificateVerification,
  requireSceneBlacklist,
  requireExplicitAuditLogging,
  enableHttpApi,
  disallowTestScenes,
  limitGlobalRequestRate,
  limitSceneRequestRate,
  limitStatusRequestRate,
  requireEnvironmentName,
  restrictVariableSources,
  enableAccessControl,
  requireWhitelistedMainScene,
  restrictSceneWhitelist,
  restrictTlsVersions,
  requireSecurityHeaders,
  requireGameServerImageDigest,
  requirePinnedImages,
  restrictImageRegistries,
  disallowDebugPorts,
  requireDefaultDenyNetworkPolicy,
  requireIngressTls,
  requireContainerPortTls,
  disallowNodePorts,
  restrictGameServerIngress,
  restrictPostgresIngress,
  restrictDiscoveryPortIngress,
  restrictRedisIngress,
  requireSeparateReadinessProbe,
  requirePreStopDrain,
  disallowPrivilegedContainers,
  disallowHostAccess,
  limitDrainToGracePeriod,
  requireContainerSecurityContext,
  requirePodSecurityContext,
  requireProbes,
  requireResourceRequestsAndLimits,
  requireTini,
  disallowUnusedServiceAccountTokens,
  disallowPlaintextSecrets,
  requireGeneratedSecrets,
  requireDataKeys,
  requireDeclaredSecrets,
  restrictSecretNamespaces,
  disallowExampleValues,
  disallowDanglingSecretReferences,
  restrictDataKeys,
  requireSeparateDatabasePasswords,
  requireStorageClass,
  requireVolumeRetention,
  requireConsistentAutoMode,
  requireBucketPublicAccessBlock,
  disallowPublicSecurityGroupIngress,
  requireManagedMasterPassword,
  requireBucketKmsEncryption,
  requireElasticacheEncryption,
  requireEksSecretsEncryption,
  requireRdsEncryption,
  requireEbsEncryption,
  requireRdsTls,
  restrictIamPermissions,
  disallowPublicRds,
  requireRdsBackupRetention,
  requireFinalSnapshots,
  requireLogRetention,
  disallowPublicNodeAddresses,
  enableBucketObjectLock,
  enableControlPlaneLogging,
  enableVpcFlowLogs,
  restrictAwsAccount,
  requireEksAccessEntries,
  requireAddOnVersion,
  enableDeletionProtection,
  enableBucketReplication,
  enableRdsBackupReplication,
  disallowAutomaticCacheUpgrades,
  restrictApiEndpoint,
  enableKmsKeyRotation,
  enableMultiAz,
  restrictInstanceClasses,
  requireThreeAvailabilityZones,
  restrictAwsRegions,
  requireDefaultTags,
  disallowWildcardPrincipals,
  requirePermissionsBoundary,
  limitMonthlyCost,
  requirePodIdentity,
  enableBucketVersioning,
  requirePrometheus,
  requireGrafanaDataSource,
  requireHealthAlerts,
  requireErrorRateAlerts,
  requireProvisionedDashboards,
  requireScrapeJobs,
  requireAlertReceivers,
  requireWatchdog,
  limitPrometheusRetention,
  requireLogShipping,
  requireSeparateAuditLog,
  requireAccessLog,
  enableSnapshotSchedules,
  requireElasticacheAuthToken,
];
