import type { AlertCase } from "../rule-case.ts";

export const KUBERNETES_CASES: readonly AlertCase[] = [
  {
    alert: "PodCrashLooping",
    series: {
      'kube_pod_container_status_waiting_reason{job="kube-state-metrics",namespace="spacetime",pod="gateway-0",container="nginx",reason="CrashLoopBackOff"}':
        "1",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      container: "nginx",
      job: "kube-state-metrics",
      namespace: "spacetime",
      pod: "gateway-0",
      reason: "CrashLoopBackOff",
      severity: "critical",
      team: "platform",
    },
    summary: "spacetime/gateway-0 (nginx) is in CrashLoopBackOff",
    description: "The container crashes repeatedly, and Kubernetes delays each restart.",
    runbook: "kubernetes.md#podcrashlooping",
    notFiring: [
      {
        why: "it waits for its image",
        series: {
          'kube_pod_container_status_waiting_reason{job="kube-state-metrics",namespace="spacetime",pod="gateway-0",container="nginx",reason="ContainerCreating"}':
            "1",
        },
      },
      {
        why: "somebody else's pod",
        series: {
          'kube_pod_container_status_waiting_reason{job="kube-state-metrics",namespace="default",pod="x",container="x",reason="CrashLoopBackOff"}':
            "1",
        },
      },
    ],
  },
  {
    alert: "PodImagePullFailing",
    series: {
      'kube_pod_container_status_waiting_reason{job="kube-state-metrics",namespace="spacetime",pod="game-server-0",container="game-server",reason="ImagePullBackOff"}':
        "1",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      container: "game-server",
      job: "kube-state-metrics",
      namespace: "spacetime",
      pod: "game-server-0",
      reason: "ImagePullBackOff",
      severity: "warning",
      team: "platform",
    },
    summary: "The image of spacetime/game-server-0 cannot be pulled",
    description: "The digest does not exist in the registry, or the registry rejects the node.",
    runbook: "kubernetes.md#podimagepullfailing",
    notFiring: [
      {
        why: "it crashes",
        series: {
          'kube_pod_container_status_waiting_reason{job="kube-state-metrics",namespace="spacetime",pod="game-server-0",container="game-server",reason="CrashLoopBackOff"}':
            "1",
        },
      },
    ],
  },
  {
    alert: "PodNotRunning",
    series: {
      'kube_pod_status_phase{job="kube-state-metrics",namespace="spacetime",pod="game-server-0",phase="Pending"}':
        "1",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      namespace: "spacetime",
      phase: "Pending",
      pod: "game-server-0",
      severity: "warning",
      team: "platform",
    },
    summary: "spacetime/game-server-0 has been Pending for 15 minutes",
    description: "No node has capacity for it, its volume is missing, or its node is lost.",
    runbook: "kubernetes.md#podnotrunning",
    notFiring: [
      {
        why: "it runs",
        series: {
          'kube_pod_status_phase{job="kube-state-metrics",namespace="spacetime",pod="game-server-0",phase="Pending"}':
            "0",
          'kube_pod_status_phase{job="kube-state-metrics",namespace="spacetime",pod="game-server-0",phase="Running"}':
            "1",
        },
      },
    ],
  },
  {
    alert: "ContainerOutOfMemory",
    series: {
      'kube_pod_container_status_last_terminated_reason{job="kube-state-metrics",namespace="spacetime",pod="game-server-0",container="game-server",reason="OOMKilled"}':
        "1",
      'kube_pod_container_status_restarts_total{job="kube-state-metrics",namespace="spacetime",pod="game-server-0",container="game-server"}':
        "0x4 1x60",
    },
    evaluationInterval: "15s",
    firesAt: "1m15s",
    labels: {
      container: "game-server",
      job: "kube-state-metrics",
      namespace: "spacetime",
      pod: "game-server-0",
      reason: "OOMKilled",
      severity: "critical",
      team: "platform",
    },
    summary: "spacetime/game-server-0 (game-server) was OOMKilled",
    description: "It reached its memory limit; everything in its memory is lost.",
    runbook: "kubernetes.md#containeroutofmemory",
    notFiring: [
      {
        why: "it was killed long ago",
        series: {
          'kube_pod_container_status_last_terminated_reason{job="kube-state-metrics",namespace="spacetime",pod="game-server-0",container="game-server",reason="OOMKilled"}':
            "1",
          'kube_pod_container_status_restarts_total{job="kube-state-metrics",namespace="spacetime",pod="game-server-0",container="game-server"}':
            "1",
        },
      },
      {
        why: "it ended by itself",
        series: {
          'kube_pod_container_status_last_terminated_reason{job="kube-state-metrics",namespace="spacetime",pod="game-server-0",container="game-server",reason="Completed"}':
            "1",
          'kube_pod_container_status_restarts_total{job="kube-state-metrics",namespace="spacetime",pod="game-server-0",container="game-server"}':
            "0x4 1x60",
        },
      },
    ],
  },
  {
    alert: "DeploymentReplicasMissing",
    series: {
      'kube_deployment_spec_replicas{job="kube-state-metrics",namespace="spacetime",deployment="gateway"}':
        "3",
      'kube_deployment_status_replicas_available{job="kube-state-metrics",namespace="spacetime",deployment="gateway"}':
        "2",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      deployment: "gateway",
      job: "kube-state-metrics",
      namespace: "spacetime",
      severity: "warning",
      team: "platform",
    },
    summary: "spacetime/gateway has fewer replicas than desired",
    description: "Fewer pods are available than desired.",
    runbook: "kubernetes.md#deploymentreplicasmissing",
    notFiring: [
      {
        why: "all are available",
        series: {
          'kube_deployment_spec_replicas{job="kube-state-metrics",namespace="spacetime",deployment="gateway"}':
            "3",
          'kube_deployment_status_replicas_available{job="kube-state-metrics",namespace="spacetime",deployment="gateway"}':
            "3",
        },
      },
    ],
  },
  {
    alert: "DeploymentRolloutStuck",
    series: {
      'kube_deployment_status_condition{job="kube-state-metrics",namespace="spacetime",deployment="gateway",condition="Progressing",status="false"}':
        "1",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      condition: "Progressing",
      deployment: "gateway",
      job: "kube-state-metrics",
      namespace: "spacetime",
      severity: "critical",
      status: "false",
      team: "platform",
    },
    summary: "The rollout of spacetime/gateway is stuck",
    description: "Its progress deadline was exceeded: the new version does not become ready.",
    runbook: "kubernetes.md#deploymentrolloutstuck",
    notFiring: [
      {
        why: "it progresses",
        series: {
          'kube_deployment_status_condition{job="kube-state-metrics",namespace="spacetime",deployment="gateway",condition="Progressing",status="true"}':
            "1",
          'kube_deployment_status_condition{job="kube-state-metrics",namespace="spacetime",deployment="gateway",condition="Progressing",status="false"}':
            "0",
        },
      },
    ],
  },
  {
    alert: "StatefulSetReplicasMissing",
    series: {
      'kube_statefulset_replicas{job="kube-state-metrics",namespace="spacetime",statefulset="postgres"}': "1",
      'kube_statefulset_status_replicas_ready{job="kube-state-metrics",namespace="spacetime",statefulset="postgres"}':
        "0",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "kube-state-metrics",
      namespace: "spacetime",
      severity: "critical",
      statefulset: "postgres",
      team: "data",
    },
    summary: "spacetime/postgres has fewer ready replicas than desired",
    description: "The StatefulSet of a database has one replica, so the database is down.",
    runbook: "kubernetes.md#statefulsetreplicasmissing",
    notFiring: [
      {
        why: "it is ready",
        series: {
          'kube_statefulset_replicas{job="kube-state-metrics",namespace="spacetime",statefulset="postgres"}':
            "1",
          'kube_statefulset_status_replicas_ready{job="kube-state-metrics",namespace="spacetime",statefulset="postgres"}':
            "1",
        },
      },
    ],
  },
  {
    alert: "AutoscalerAtMaximum",
    series: {
      'kube_horizontalpodautoscaler_status_current_replicas{job="kube-state-metrics",namespace="spacetime",horizontalpodautoscaler="gateway"}':
        "9",
      'kube_horizontalpodautoscaler_spec_max_replicas{job="kube-state-metrics",namespace="spacetime",horizontalpodautoscaler="gateway"}':
        "9",
      'kube_horizontalpodautoscaler_spec_min_replicas{job="kube-state-metrics",namespace="spacetime",horizontalpodautoscaler="gateway"}':
        "8",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      horizontalpodautoscaler: "gateway",
      job: "kube-state-metrics",
      namespace: "spacetime",
      severity: "warning",
      team: "platform",
    },
    summary: "The autoscaler of gateway is at its maximum",
    description: "More load does not add more pods.",
    runbook: "kubernetes.md#autoscaleratmaximum",
    notFiring: [
      {
        why: "one below",
        series: {
          'kube_horizontalpodautoscaler_status_current_replicas{job="kube-state-metrics",namespace="spacetime",horizontalpodautoscaler="gateway"}':
            "8",
          'kube_horizontalpodautoscaler_spec_max_replicas{job="kube-state-metrics",namespace="spacetime",horizontalpodautoscaler="gateway"}':
            "9",
          'kube_horizontalpodautoscaler_spec_min_replicas{job="kube-state-metrics",namespace="spacetime",horizontalpodautoscaler="gateway"}':
            "3",
        },
      },
      {
        why: "the minimum equals the maximum, so the number is fixed",
        series: {
          'kube_horizontalpodautoscaler_status_current_replicas{job="kube-state-metrics",namespace="spacetime",horizontalpodautoscaler="gateway"}':
            "9",
          'kube_horizontalpodautoscaler_spec_max_replicas{job="kube-state-metrics",namespace="spacetime",horizontalpodautoscaler="gateway"}':
            "9",
          'kube_horizontalpodautoscaler_spec_min_replicas{job="kube-state-metrics",namespace="spacetime",horizontalpodautoscaler="gateway"}':
            "9",
        },
      },
    ],
  },
  {
    alert: "DisruptionsBlocked",
    series: {
      'kube_poddisruptionbudget_status_pod_disruptions_allowed{job="kube-state-metrics",namespace="spacetime",poddisruptionbudget="gateway"}':
        "0",
    },
    evaluationInterval: "3m",
    notYetAt: "57m",
    firesAt: "1h",
    labels: {
      job: "kube-state-metrics",
      namespace: "spacetime",
      poddisruptionbudget: "gateway",
      severity: "info",
      team: "platform",
    },
    summary: "gateway allows no disruptions",
    description: "Nodes with its pods cannot be drained or updated.",
    runbook: "kubernetes.md#disruptionsblocked",
    notFiring: [
      {
        why: "one may move",
        series: {
          'kube_poddisruptionbudget_status_pod_disruptions_allowed{job="kube-state-metrics",namespace="spacetime",poddisruptionbudget="gateway"}':
            "1",
        },
      },
    ],
  },
  {
    alert: "VolumeFilling",
    series: {
      'kubelet_volume_stats_available_bytes{job="kubelet",namespace="spacetime",persistentvolumeclaim="data-postgres-0"}':
        "14.5",
      'kubelet_volume_stats_capacity_bytes{job="kubelet",namespace="spacetime",persistentvolumeclaim="data-postgres-0"}':
        "100",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      job: "kubelet",
      namespace: "spacetime",
      persistentvolumeclaim: "data-postgres-0",
      severity: "warning",
      team: "data",
    },
    summary: "spacetime/data-postgres-0 has 14.5% left",
    description: "Expand the claim before the volume is full.",
    runbook: "kubernetes.md#volumefilling",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'kubelet_volume_stats_available_bytes{job="kubelet",namespace="spacetime",persistentvolumeclaim="data-postgres-0"}':
            "15",
          'kubelet_volume_stats_capacity_bytes{job="kubelet",namespace="spacetime",persistentvolumeclaim="data-postgres-0"}':
            "100",
        },
      },
    ],
  },
  {
    alert: "VolumeAlmostFull",
    series: {
      'kubelet_volume_stats_available_bytes{job="kubelet",namespace="spacetime",persistentvolumeclaim="data-postgres-0"}':
        "4.9",
      'kubelet_volume_stats_capacity_bytes{job="kubelet",namespace="spacetime",persistentvolumeclaim="data-postgres-0"}':
        "100",
    },
    evaluationInterval: "3s",
    notYetAt: "57s",
    firesAt: "1m",
    labels: {
      job: "kubelet",
      namespace: "spacetime",
      persistentvolumeclaim: "data-postgres-0",
      severity: "critical",
      team: "data",
    },
    summary: "spacetime/data-postgres-0 has 4.9% left",
    description: "When the volume is full, writes to it fail.",
    runbook: "kubernetes.md#volumealmostfull",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'kubelet_volume_stats_available_bytes{job="kubelet",namespace="spacetime",persistentvolumeclaim="data-postgres-0"}':
            "5",
          'kubelet_volume_stats_capacity_bytes{job="kubelet",namespace="spacetime",persistentvolumeclaim="data-postgres-0"}':
            "100",
        },
      },
    ],
  },
  {
    alert: "VolumeClaimPending",
    series: {
      'kube_persistentvolumeclaim_status_phase{job="kube-state-metrics",namespace="spacetime",persistentvolumeclaim="data-redis-0",phase="Pending"}':
        "1",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "kube-state-metrics",
      namespace: "spacetime",
      persistentvolumeclaim: "data-redis-0",
      phase: "Pending",
      severity: "warning",
      team: "platform",
    },
    summary: "spacetime/data-redis-0 has no volume",
    description: "The storage class does not exist, or its zone has no capacity; the pod cannot start.",
    runbook: "kubernetes.md#volumeclaimpending",
    notFiring: [
      {
        why: "it is bound",
        series: {
          'kube_persistentvolumeclaim_status_phase{job="kube-state-metrics",namespace="spacetime",persistentvolumeclaim="data-redis-0",phase="Pending"}':
            "0",
          'kube_persistentvolumeclaim_status_phase{job="kube-state-metrics",namespace="spacetime",persistentvolumeclaim="data-redis-0",phase="Bound"}':
            "1",
        },
      },
    ],
  },
  {
    alert: "NodeNotReady",
    series: {
      'kube_node_status_condition{job="kube-state-metrics",node="node-a",condition="Ready",status="true"}':
        "0",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      condition: "Ready",
      job: "kube-state-metrics",
      node: "node-a",
      severity: "warning",
      status: "true",
      team: "platform",
    },
    summary: "Node node-a is not ready",
    description: "Its pods are rescheduled after five minutes, without a session handover.",
    runbook: "kubernetes.md#nodenotready",
    notFiring: [
      {
        why: "it is ready",
        series: {
          'kube_node_status_condition{job="kube-state-metrics",node="node-a",condition="Ready",status="true"}':
            "1",
        },
      },
    ],
  },
  {
    alert: "NodeDiskFilling",
    series: {
      'node_filesystem_avail_bytes{job="node",node="node-a",device="/dev/nvme1n1p1",mountpoint="/local",fstype="xfs"}':
        "14.5",
      'node_filesystem_size_bytes{job="node",node="node-a",device="/dev/nvme1n1p1",mountpoint="/local",fstype="xfs"}':
        "100",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      device: "/dev/nvme1n1p1",
      job: "node",
      node: "node-a",
      severity: "warning",
      team: "platform",
    },
    summary: "Disk /dev/nvme1n1p1 of node-a has 14.5% left",
    description: "The kubelet evicts pods at 10%.",
    runbook: "kubernetes.md#nodediskfilling",
    notFiring: [
      {
        why: "the full file system is a read-only image",
        series: {
          'node_filesystem_avail_bytes{job="node",node="node-a",device="/dev/dm-0",mountpoint="/",fstype="ext4"}':
            "0",
          'node_filesystem_size_bytes{job="node",node="node-a",device="/dev/dm-0",mountpoint="/",fstype="ext4"}':
            "100",
          'node_filesystem_readonly{job="node",node="node-a",device="/dev/dm-0",mountpoint="/",fstype="ext4"}':
            "1",
        },
      },
      {
        why: "the root of Bottlerocket is an erofs image, whatever its mount options are",
        series: {
          'node_filesystem_avail_bytes{job="node",node="node-a",device="/dev/root",mountpoint="/",fstype="erofs"}':
            "0",
          'node_filesystem_size_bytes{job="node",node="node-a",device="/dev/root",mountpoint="/",fstype="erofs"}':
            "306184192",
          'node_filesystem_readonly{job="node",node="node-a",device="/dev/root",mountpoint="/",fstype="erofs"}':
            "0",
        },
      },
      {
        why: "at the threshold",
        series: {
          'node_filesystem_avail_bytes{job="node",node="node-a",device="/dev/nvme1n1p1",mountpoint="/local",fstype="xfs"}':
            "15",
          'node_filesystem_size_bytes{job="node",node="node-a",device="/dev/nvme1n1p1",mountpoint="/local",fstype="xfs"}':
            "100",
        },
      },
    ],
  },
  {
    alert: "NodeMemoryLow",
    series: {
      'node_memory_MemAvailable_bytes{job="node",node="node-a"}': "9.5",
      'node_memory_MemTotal_bytes{job="node",node="node-a"}': "100",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "node",
      node: "node-a",
      severity: "warning",
      team: "platform",
    },
    summary: "node-a has 9.5% of its memory left",
    description: "The kubelet evicts pods, or the kernel kills one.",
    runbook: "kubernetes.md#nodememorylow",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'node_memory_MemAvailable_bytes{job="node",node="node-a"}': "10",
          'node_memory_MemTotal_bytes{job="node",node="node-a"}': "100",
        },
      },
    ],
  },
];
