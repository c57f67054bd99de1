import { FRAME_RATE, SERVER } from "../rules/thresholds.ts";
import type { DashboardRow, DashboardSpec } from "./dashboard-model.ts";
import { quantileQueries, RATE_INTERVAL, rateBy, SELECTED_SERVERS_MATCHERS } from "./promql.ts";

const CONTAINER_MATCHERS = 'job="cadvisor",namespace="spacetime",container="game-server",pod=~"$server"';
const FRAME_RATE_LIMITS = [
  { value: FRAME_RATE.low, severity: "warning" },
  { value: FRAME_RATE.critical, severity: "critical" },
] as const;
const FRAMES_SENT_RATE = `sum by (pod) (rate(spacetime_telemetry_frames_sent_total{${SELECTED_SERVERS_MATCHERS}}[${RATE_INTERVAL}]))`;
const FRAMES_DROPPED_RATE = `sum by (pod) (rate(spacetime_telemetry_frames_dropped_total{${SELECTED_SERVERS_MATCHERS}}[${RATE_INTERVAL}]))`;

const framesRow: DashboardRow = {
  title: "Frames",
  panels: [
    {
      kind: "stat",
      title: "Slowest server",
      description:
        "Frame rate of the slowest server. Below the first line motion is uneven, below the second it sickens.",
      unit: "hertz",
      queries: [{ expr: `min(spacetime_frame_rate_hertz{${SELECTED_SERVERS_MATCHERS}})`, legend: "lowest" }],
      below: FRAME_RATE_LIMITS,
      width: 8,
    },
    {
      kind: "stat",
      title: "Slowest hundredth of frames",
      description: "The time that 99 of 100 frames stay below; the line is one frame at 60 Hz.",
      unit: "seconds",
      queries: [quantileQueries("spacetime_frame_duration_seconds")[2]],
      above: [{ value: FRAME_RATE.slowFrameSeconds, severity: "warning" }],
      width: 8,
    },
    {
      kind: "stat",
      title: "Telemetry clients",
      description: "Headsets and desktops that get frames now.",
      unit: "count",
      queries: [
        { expr: `sum(spacetime_telemetry_clients{${SELECTED_SERVERS_MATCHERS}})`, legend: "clients" },
      ],
      width: 8,
    },
    {
      kind: "time-series",
      title: "Frame rate by server",
      description:
        "Stable is 85 to 95. A single server below it: its node is busy; all of them: the scene is too heavy.",
      unit: "hertz",
      queries: [{ expr: `spacetime_frame_rate_hertz{${SELECTED_SERVERS_MATCHERS}}`, legend: "{{pod}}" }],
      below: FRAME_RATE_LIMITS,
      width: 12,
    },
    {
      kind: "time-series",
      title: "Frame time",
      description: "Time from one frame to the next; a frame at 90 Hz takes 11.1 ms.",
      unit: "seconds",
      queries: quantileQueries("spacetime_frame_duration_seconds"),
      above: [{ value: FRAME_RATE.slowFrameSeconds, severity: "warning" }],
      width: 12,
    },
  ],
};

const telemetryRow: DashboardRow = {
  title: "Telemetry",
  panels: [
    {
      kind: "time-series",
      title: "Frames sent",
      description: "Frames per second handed to clients, by format.",
      unit: "eventsPerSecond",
      queries: [{ expr: rateBy("format", "spacetime_telemetry_frames_sent_total"), legend: "{{format}}" }],
      width: 8,
    },
    {
      kind: "time-series",
      title: "Frames left out",
      description: "Share of frames that slow readers missed; above the line motion visibly jumps.",
      unit: "ratio",
      queries: [
        {
          expr: `${FRAMES_DROPPED_RATE} / ((${FRAMES_DROPPED_RATE} + ${FRAMES_SENT_RATE}) > 0)`,
          legend: "{{pod}}",
        },
      ],
      above: [{ value: FRAME_RATE.droppedFrames, severity: "warning" }],
      width: 8,
    },
    {
      kind: "time-series",
      title: "Payload",
      description: "Bytes per second before compression.",
      unit: "bytesPerSecond",
      queries: [{ expr: rateBy("pod", "spacetime_telemetry_sent_bytes_total"), legend: "{{pod}}" }],
      width: 8,
    },
  ],
};

const resourcesRow: DashboardRow = {
  title: "What frames cost",
  panels: [
    {
      kind: "time-series",
      title: "Processor",
      description: "Processor cores that each server uses.",
      unit: "cores",
      queries: [{ expr: rateBy("pod", "spacetime_cpu_seconds_total"), legend: "{{pod}}" }],
      width: 8,
    },
    {
      kind: "time-series",
      title: "Held back by the kernel",
      description:
        "Share of processor periods in which the container's limit stopped it; frames are late then.",
      unit: "ratio",
      queries: [
        {
          expr: `sum by (pod) (rate(container_cpu_cfs_throttled_periods_total{${CONTAINER_MATCHERS}}[${RATE_INTERVAL}])) / (sum by (pod) (rate(container_cpu_cfs_periods_total{${CONTAINER_MATCHERS}}[${RATE_INTERVAL}])) > 0)`,
          legend: "{{pod}}",
        },
      ],
      above: [{ value: SERVER.cpuThrottled, severity: "warning" }],
      max: 1,
      width: 8,
    },
    {
      kind: "time-series",
      title: "Memory",
      description: "Working set of the container against the target of 400 MB.",
      unit: "bytes",
      queries: [
        {
          expr: `max by (pod) (container_memory_working_set_bytes{${CONTAINER_MATCHERS}})`,
          legend: "{{pod}}",
        },
      ],
      above: [{ value: SERVER.memoryTargetBytes, severity: "warning" }],
      width: 8,
    },
  ],
};

export const vrPerformanceDashboard: DashboardSpec = {
  uid: "spacetime-vr-performance",
  title: "VR Performance",
  description: "Whether players see an even 90 frames per second, and what that costs.",
  rows: [framesRow, telemetryRow, resourcesRow],
};
