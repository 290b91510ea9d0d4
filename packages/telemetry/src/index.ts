// Metrics.

export type { Distribution } from "./metrics/distribution.ts";
export {
  createMetricsStore,
  type MetricsStore,
  type MetricsStoreOptions,
  type Reading,
} from "./metrics/metrics-store.ts";
export { type PrometheusName, prometheusName } from "./metrics/prometheus-name.ts";
export { PROMETHEUS_CONTENT_TYPE, renderPrometheus } from "./metrics/render-prometheus.ts";
export { renderStats, renderStatsJson } from "./metrics/render-stats.ts";
export type { StatsOptions } from "./metrics/stat-filter.ts";

// Traces and request ids.

export { type RequestIdOptions, randomUuid, requestId } from "./request-id.ts";
export { childSpan, isSampled, rootSpan, type Span } from "./trace/span.ts";
export { TRACE, type TraceContextOptions, traceContext } from "./trace/trace-context.ts";
export {
  formatTraceparent,
  parseTraceparent,
  RANDOM_TRACE_ID,
  SAMPLED,
  type TraceParent,
} from "./trace/trace-parent.ts";
export { parseTracestate, type TraceStateEntry } from "./trace/trace-state.ts";
