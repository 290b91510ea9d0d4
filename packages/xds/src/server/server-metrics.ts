import type { Counter, Gauge, Metrics } from "@dualmesh/core";
import type { RequestVerdict } from "./subscription.ts";

/** What the engine counts, resolved once. */
export interface ServerMetrics {
  /** Streams that are open. */
  readonly streams: Gauge;
  readonly streamsRefused: Counter;
  readonly responsesSent: Counter;
  /** Less than those sent, where streams share a response. */
  readonly responsesEncoded: Counter;
  /** `xds.server.request.ack`, `.nack`, `.names`, `.stale`. */
  readonly requests: Readonly<Record<RequestVerdict, Counter>>;
}

export function serverMetrics(metrics: Metrics): ServerMetrics {
  const counter = (name: string): Counter => metrics.counter(`xds.server.${name}`);
  return {
    streams: metrics.gauge("xds.server.streams"),
    streamsRefused: counter("streams_refused"),
    responsesSent: counter("responses_sent"),
    responsesEncoded: counter("responses_encoded"),
    requests: {
      ack: counter("request.ack"),
      nack: counter("request.nack"),
      names: counter("request.names"),
      stale: counter("request.stale"),
    },
  };
}
