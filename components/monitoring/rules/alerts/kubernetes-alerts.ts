import type { AlertDefinition } from "../alert-definition.ts";
import { KUBERNETES } from "../thresholds.ts";

const KUBE_STATE_METRICS_JOB = 'job="kube-state-metrics"';

/** The project's namespaces; other workloads in the cluster are out of scope. */
const PROJECT_NAMESPACES = `${KUBE_STATE_METRICS_JOB},namespace=~"spacetime.*"`;

function podAlerts(): AlertDefinition[] {
  const waiting = `kube_pod_container_status_waiting_reason{${PROJECT_NAMESPACES}`;
  return [
    {
      name: "PodCrashLooping",
      expr: `max_over_time(${waiting},reason="CrashLoopBackOff"}[5m]) == 1`,
      for: "5m",
      severity: "critical",
      team: "platform",
      summary: "{{ $labels.namespace }}/{{ $labels.pod }} ({{ $labels.container }}) is in CrashLoopBackOff",
      description: "The container crashes repeatedly, and Kubernetes delays each restart.",
    },
    {
      name: "PodImagePullFailing",
      expr: `max_over_time(${waiting},reason=~"ErrImagePull|ImagePullBackOff"}[5m]) == 1`,
      for: "5m",
      severity: "warning",
      team: "platform",
      summary: "The image of {{ $labels.namespace }}/{{ $labels.pod }} cannot be pulled",
      description: "The digest does not exist in the registry, or the registry rejects the node.",
    },
    {
      name: "PodNotRunning",
      expr: `max by (namespace, pod, phase) (kube_pod_status_phase{${PROJECT_NAMESPACES},phase=~"Pending|Unknown|Failed"}) == 1`,
      for: "15m",
      severity: "warning",
      team: "platform",
      summary: "{{ $labels.namespace }}/{{ $labels.pod }} has been {{ $labels.phase }} for 15 minutes",
      description: "No node has capacity for it, its volume is missing, or its node is lost.",
    },
    {
      name: "ContainerOutOfMemory",
      expr: `kube_pod_container_status_last_terminated_reason{${PROJECT_NAMESPACES},reason="OOMKilled"} == 1
        and on (namespace, pod, container) increase(kube_pod_container_status_restarts_total{${PROJECT_NAMESPACES}}[10m]) > 0`,
      for: "0s",
      severity: "critical",
      team: "platform",
      summary: "{{ $labels.namespace }}/{{ $labels.pod }} ({{ $labels.container }}) was OOMKilled",
      description: "It reached its memory limit; everything in its memory is lost.",
    },
  ];
}

function workloadAlerts(): AlertDefinition[] {
  return [
    {
      name: "DeploymentReplicasMissing",
      expr: `kube_deployment_spec_replicas{${PROJECT_NAMESPACES}} > kube_deployment_status_replicas_available{${PROJECT_NAMESPACES}}`,
      for: "15m",
      severity: "warning",
      team: "platform",
      summary: "{{ $labels.namespace }}/{{ $labels.deployment }} has fewer replicas than desired",
      description: "Fewer pods are available than desired.",
    },
    {
      name: "DeploymentRolloutStuck",
      expr: `kube_deployment_status_condition{${PROJECT_NAMESPACES},condition="Progressing",status="false"} == 1`,
      for: "2m",
      severity: "critical",
      team: "platform",
      summary: "The rollout of {{ $labels.namespace }}/{{ $labels.deployment }} is stuck",
      description: "Its progress deadline was exceeded: the new version does not become ready.",
    },
    {
      name: "StatefulSetReplicasMissing",
      expr: `kube_statefulset_replicas{${PROJECT_NAMESPACES}} > kube_statefulset_status_replicas_ready{${PROJECT_NAMESPACES}}`,
      for: "5m",
      severity: "critical",
      team: "data",
      summary: "{{ $labels.namespace }}/{{ $labels.statefulset }} has fewer ready replicas than desired",
      description: "The StatefulSet of a database has one replica, so the database is down.",
    },
    {
      name: "AutoscalerAtMaximum",
      expr: `kube_horizontalpodautoscaler_status_current_replicas{${PROJECT_NAMESPACES}}
        == kube_horizontalpodautoscaler_spec_max_replicas{${PROJECT_NAMESPACES}}
        and kube_horizontalpodautoscaler_spec_max_replicas{${PROJECT_NAMESPACES}}
        > kube_horizontalpodautoscaler_spec_min_replicas{${PROJECT_NAMESPACES}}`,
      for: "15m",
      severity: "warning",
      team: "platform",
      summary: "The autoscaler of {{ $labels.horizontalpodautoscaler }} is at its maximum",
      description: "More load does not add more pods.",
    },
    {
      name: "DisruptionsBlocked",
      expr: `kube_poddisruptionbudget_status_pod_disruptions_allowed{${PROJECT_NAMESPACES}} == 0`,
      for: "1h",
      severity: "info",
      team: "platform",
      summary: "{{ $labels.poddisruptionbudget }} allows no disruptions",
      description: "Nodes with its pods cannot be drained or updated.",
    },
  ];
}

function volumeAlerts(): AlertDefinition[] {
  const claims = 'job="kubelet",namespace=~"spacetime.*"';
  const free = `kubelet_volume_stats_available_bytes{${claims}} / kubelet_volume_stats_capacity_bytes{${claims}}`;
  const name = "{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }}";
  return [
    {
      name: "VolumeFilling",
      expr: `${free} < ${KUBERNETES.volumeFree}`,
      for: "15m",
      severity: "warning",
      team: "data",
      summary: `${name} has {{ $value | humanizePercentage }} left`,
      description: "Expand the claim before the volume is full.",
    },
    {
      name: "VolumeAlmostFull",
      expr: `${free} < ${KUBERNETES.volumeAlmostFull}`,
      for: "1m",
      severity: "critical",
      team: "data",
      summary: `${name} has {{ $value | humanizePercentage }} left`,
      description: "When the volume is full, writes to it fail.",
    },
    {
      name: "VolumeClaimPending",
      expr: `kube_persistentvolumeclaim_status_phase{${PROJECT_NAMESPACES},phase="Pending"} == 1`,
      for: "10m",
      severity: "warning",
      team: "platform",
      summary: `${name} has no volume`,
      description: "The storage class does not exist, or its zone has no capacity; the pod cannot start.",
    },
  ];
}

function nodeAlerts(): AlertDefinition[] {
  // Every writable file system is checked instead of the root: Bottlerocket, the operating system of EKS Auto Mode, has a
  // read-only root image that is always full. https://github.com/bottlerocket-os/bottlerocket/blob/develop/README.md
  const disk = 'job="node",mountpoint!~"/boot.*",fstype!~"tmpfs|ramfs|overlay|squashfs|erofs|iso9660"';
  return [
    {
      name: "NodeNotReady",
      expr: `kube_node_status_condition{${KUBE_STATE_METRICS_JOB},condition="Ready",status="true"} == 0`,
      for: "5m",
      severity: "warning",
      team: "platform",
      summary: "Node {{ $labels.node }} is not ready",
      description: "Its pods are rescheduled after five minutes, without a session handover.",
    },
    {
      name: "NodeDiskFilling",
      expr: `min by (job, node, device) (
          node_filesystem_avail_bytes{${disk}} / node_filesystem_size_bytes{${disk}} unless node_filesystem_readonly{${disk}} == 1
        ) < ${KUBERNETES.nodeDiskFree}`,
      for: "15m",
      severity: "warning",
      team: "platform",
      summary: "Disk {{ $labels.device }} of {{ $labels.node }} has {{ $value | humanizePercentage }} left",
      description: "The kubelet evicts pods at 10%.",
    },
    {
      name: "NodeMemoryLow",
      expr: `node_memory_MemAvailable_bytes{job="node"} / node_memory_MemTotal_bytes{job="node"} < ${KUBERNETES.nodeMemoryFree}`,
      for: "10m",
      severity: "warning",
      team: "platform",
      summary: "{{ $labels.node }} has {{ $value | humanizePercentage }} of its memory left",
      description: "The kubelet evicts pods, or the kernel kills one.",
    },
  ];
}

/** Alerts on pods, workloads, volumes and nodes. */
export function kubernetesAlerts(): AlertDefinition[] {
  return [...podAlerts(), ...workloadAlerts(), ...volumeAlerts(), ...nodeAlerts()];
}
