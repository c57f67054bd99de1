import type { Rule } from "../rule.ts";
import { budgetDisruptions } from "./availability/budget-disruptions.ts";
import { keepReplicaFloor } from "./availability/keep-replica-floor.ts";
import { leaveReplicasToAutoscaler } from "./availability/leave-replicas-to-autoscaler.ts";
import { spreadOverZones } from "./availability/spread-over-zones.ts";
import { agreeOnAutoMode } from "./aws/agree-on-auto-mode.ts";
import { blockPublicBuckets } from "./aws/block-public-buckets.ts";
import { closeSecurityGroups } from "./aws/close-security-groups.ts";
import { concealMasterPassword } from "./aws/conceal-master-password.ts";
import { encryptBuckets } from "./aws/encrypt-buckets.ts";
import { encryptCaches } from "./aws/encrypt-caches.ts";
import { encryptClusterSecrets } from "./aws/encrypt-cluster-secrets.ts";
import { encryptDatabases } from "./aws/encrypt-databases.ts";
import { encryptVolumes } from "./aws/encrypt-volumes.ts";
import { forceDatabaseTls } from "./aws/force-database-tls.ts";
import { grantLeastPrivilege } from "./aws/grant-least-privilege.ts";
import { hideDatabases } from "./aws/hide-databases.ts";
import { keepDatabaseBackups } from "./aws/keep-database-backups.ts";
import { keepFinalSnapshots } from "./aws/keep-final-snapshots.ts";
import { keepImagesUnchanged } from "./aws/keep-images-unchanged.ts";
import { keepLogs } from "./aws/keep-logs.ts";
import { keepNodesPrivate } from "./aws/keep-nodes-private.ts";
import { lockBackups } from "./aws/lock-backups.ts";
import { logControlPlane } from "./aws/log-control-plane.ts";
import { logNetworkFlows } from "./aws/log-network-flows.ts";
import { nameAccounts } from "./aws/name-accounts.ts";
import { nameClusterAccess } from "./aws/name-cluster-access.ts";
import { pinAddOns } from "./aws/pin-add-ons.ts";
import { protectStatefulResources } from "./aws/protect-stateful-resources.ts";
import { replicateBackups } from "./aws/replicate-backups.ts";
import { restrictApiEndpoint } from "./aws/restrict-api-endpoint.ts";
import { rotateKeys } from "./aws/rotate-keys.ts";
import { runStoresInZones } from "./aws/run-stores-in-zones.ts";
import { sizeByEnvironment } from "./aws/size-by-environment.ts";
import { spreadSubnetsOverZones } from "./aws/spread-subnets-over-zones.ts";
import { stayInRegions } from "./aws/stay-in-regions.ts";
import { tagResources } from "./aws/tag-resources.ts";
import { trustNamedPrincipals } from "./aws/trust-named-principals.ts";
import { usePodIdentity } from "./aws/use-pod-identity.ts";
import { versionBuckets } from "./aws/version-buckets.ts";
import { limitCertificateLifetimes } from "./certificates/limit-certificate-lifetimes.ts";
import { mountGatewayCertificate } from "./certificates/mount-gateway-certificate.ts";
import { trustPublicCertificate } from "./certificates/trust-public-certificate.ts";
import { enforcePodSecurity } from "./cluster/enforce-pod-security.ts";
import { forbidRbacWildcards } from "./cluster/forbid-rbac-wildcards.ts";
import { guardAdmission } from "./cluster/guard-admission.ts";
import { labelObjects } from "./cluster/label-objects.ts";
import { placePods } from "./cluster/place-pods.ts";
import { rollConsumers } from "./cluster/roll-consumers.ts";
import { showEveryObject } from "./cluster/show-every-object.ts";
import { boundRedisMemory } from "./data/bound-redis-memory.ts";
import { demandDatabaseTls } from "./data/demand-database-tls.ts";
import { encryptRedis } from "./data/encrypt-redis.ts";
import { lockRedis } from "./data/lock-redis.ts";
import { logRedisWrites } from "./data/log-redis-writes.ts";
import { storeRedisOnVolume } from "./data/store-redis-on-volume.ts";
import { verifyDatabaseCertificate } from "./data/verify-database-certificate.ts";
import { blacklistToolFolders } from "./game-server/blacklist-tool-folders.ts";
import { declareAuditLogging } from "./game-server/declare-audit-logging.ts";
import { enableHttpApi } from "./game-server/enable-http-api.ts";
import { forbidTestScenes } from "./game-server/forbid-test-scenes.ts";
import { limitRequests } from "./game-server/limit-requests.ts";
import { limitSceneRequests } from "./game-server/limit-scene-requests.ts";
import { limitStatusRequests } from "./game-server/limit-status-requests.ts";
import { nameEnvironment } from "./game-server/name-environment.ts";
import { storeVariables } from "./game-server/store-variables.ts";
import { switchOnAccessControl } from "./game-server/switch-on-access-control.ts";
import { whitelistMainScene } from "./game-server/whitelist-main-scene.ts";
import { whitelistNeededScenes } from "./game-server/whitelist-needed-scenes.ts";
import { offerModernTls } from "./gateway/offer-modern-tls.ts";
import { sendSecurityHeaders } from "./gateway/send-security-headers.ts";
import { pinGameImage } from "./images/pin-game-image.ts";
import { pinImages } from "./images/pin-images.ts";
import { closeDebugPorts } from "./network/close-debug-ports.ts";
import { denyByDefault } from "./network/deny-by-default.ts";
import { encryptIngress } from "./network/encrypt-ingress.ts";
import { encryptListeners } from "./network/encrypt-listeners.ts";
import { forbidNodePorts } from "./network/forbid-node-ports.ts";
import { guardGamePorts } from "./network/guard-game-ports.ts";
import { keepDatabasePrivate } from "./network/keep-database-private.ts";
import { keepMeshInternal } from "./network/keep-mesh-internal.ts";
import { keepRedisPrivate } from "./network/keep-redis-private.ts";
import { askReadinessApart } from "./pods/ask-readiness-apart.ts";
import { drainBeforeStop } from "./pods/drain-before-stop.ts";
import { forbidPrivilege } from "./pods/forbid-privilege.ts";
import { isolateFromHost } from "./pods/isolate-from-host.ts";
import { outlastDrain } from "./pods/outlast-drain.ts";
import { restrictContainers } from "./pods/restrict-containers.ts";
import { restrictPods } from "./pods/restrict-pods.ts";
import { setProbes } from "./pods/set-probes.ts";
import { setResources } from "./pods/set-resources.ts";
import { startUnderTini } from "./pods/start-under-tini.ts";
import { withholdApiTokens } from "./pods/withhold-api-tokens.ts";
import { concealSecrets } from "./secrets/conceal-secrets.ts";
import { generateSecrets } from "./secrets/generate-secrets.ts";
import { handOverDataKeys } from "./secrets/hand-over-data-keys.ts";
import { holdDeclaredSecrets } from "./secrets/hold-declared-secrets.ts";
import { placeSecrets } from "./secrets/place-secrets.ts";
import { replaceExampleValues } from "./secrets/replace-example-values.ts";
import { resolveSecretReferences } from "./secrets/resolve-secret-references.ts";
import { scopeDataKeys } from "./secrets/scope-data-keys.ts";
import { separateDatabaseRoles } from "./secrets/separate-database-roles.ts";
import { nameStorageClass } from "./storage/name-storage-class.ts";
import { retainDataVolumes } from "./storage/retain-data-volumes.ts";

/** Every rule of the policy, area by area. */
export const RULES: readonly Rule[] = [
  budgetDisruptions,
  keepReplicaFloor,
  leaveReplicasToAutoscaler,
  spreadOverZones,
  limitCertificateLifetimes,
  mountGatewayCertificate,
  trustPublicCertificate,
  enforcePodSecurity,
  forbidRbacWildcards,
  guardAdmission,
  labelObjects,
  placePods,
  rollConsumers,
  showEveryObject,
  boundRedisMemory,
  demandDatabaseTls,
  encryptRedis,
  lockRedis,
  logRedisWrites,
  storeRedisOnVolume,
  verifyDatabaseCertificate,
  blacklistToolFolders,
  declareAuditLogging,
  enableHttpApi,
  forbidTestScenes,
  limitRequests,
  limitSceneRequests,
  limitStatusRequests,
  nameEnvironment,
  storeVariables,
  switchOnAccessControl,
  whitelistMainScene,
  whitelistNeededScenes,
  offerModernTls,
  sendSecurityHeaders,
  pinGameImage,
  pinImages,
  closeDebugPorts,
  denyByDefault,
  encryptIngress,
  encryptListeners,
  forbidNodePorts,
  guardGamePorts,
  keepDatabasePrivate,
  keepMeshInternal,
  keepRedisPrivate,
  askReadinessApart,
  drainBeforeStop,
  forbidPrivilege,
  isolateFromHost,
  outlastDrain,
  restrictContainers,
  restrictPods,
  setProbes,
  setResources,
  startUnderTini,
  withholdApiTokens,
  concealSecrets,
  generateSecrets,
  handOverDataKeys,
  holdDeclaredSecrets,
  placeSecrets,
  replaceExampleValues,
  resolveSecretReferences,
  scopeDataKeys,
  separateDatabaseRoles,
  nameStorageClass,
  retainDataVolumes,
  agreeOnAutoMode,
  blockPublicBuckets,
  closeSecurityGroups,
  concealMasterPassword,
  encryptBuckets,
  encryptCaches,
  encryptClusterSecrets,
  encryptDatabases,
  encryptVolumes,
  forceDatabaseTls,
  grantLeastPrivilege,
  hideDatabases,
  keepDatabaseBackups,
  keepFinalSnapshots,
  keepImagesUnchanged,
  keepLogs,
  keepNodesPrivate,
  lockBackups,
  logControlPlane,
  logNetworkFlows,
  nameAccounts,
  nameClusterAccess,
  pinAddOns,
  protectStatefulResources,
  replicateBackups,
  restrictApiEndpoint,
  rotateKeys,
  runStoresInZones,
  sizeByEnvironment,
  spreadSubnetsOverZones,
  stayInRegions,
  tagResources,
  trustNamedPrincipals,
  usePodIdentity,
  versionBuckets,
];
