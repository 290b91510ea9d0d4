// For those who are observed.

export {
  type CallObserver,
  type CallObserverOptions,
  createCallObserver,
  type Observed,
} from "./call-observer.ts";
export { FOLLOWED, type FollowedCall } from "./call-sampler.ts";
export { printReport } from "./print-report.ts";

// For those who watch.

export { LAST_BUCKET } from "../metrics/bucket.ts";
export { latencyOf } from "./latency.ts";
export {
  type ByWay,
  type CallSample,
  type CallWay,
  cutName,
  type EdgeReport,
  type NodeKind,
  type NodeReport,
  REPORT_LIMITS,
  type ReceivedReport,
  type ReportedMode,
  type RouteSteps,
  type StepVerdict,
} from "./node-report.ts";
