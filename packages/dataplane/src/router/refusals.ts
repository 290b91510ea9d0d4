import { localReply, type RequestHead, type Reset, type Response } from "@dualmesh/core";
import { failureText } from "../transport/failure-reset.ts";

/** A client's name for a service may be as long as its frame. */
const MAX_TOLD_PATH = 200;

/**
 * The router's own answers, with Envoy's statuses, flags, details and texts.
 *
 * A client of frames is told which path: of HTTP's answer it sees nothing but the message.
 */
export function routeNotFound({ method, path }: RequestHead): Response {
  const message = method === "" ? `no route matches ${path.slice(0, MAX_TOLD_PATH)}` : "no route matches";
  return localReply({ status: 404, flag: "NR", details: "route_not_found", message });
}

/** No chain of the listener takes connections for the port, or the one that took it is no more. */
export function chainNotFound(place: number | string): Response {
  const what = typeof place === "number" ? `port ${place}` : place;
  const message = `no filter chain of the listener is for ${what}`;
  return localReply({ status: 404, flag: "NR", details: "filter_chain_not_found", message });
}

/** The chain for the port takes clients by TLS alone, and this request came in clear text. */
export function chainWantsTls(port: number): Response {
  const message = `the filter chain for port ${port} takes clients by TLS alone, and the request came in clear text`;
  return localReply({ status: 403, flag: "NR", details: "filter_chain_wants_tls", message });
}

/** The details of an answer for which there was nobody to try. */
export const CLUSTER_NOT_FOUND = "cluster_not_found";

export function clusterNotFound(cluster: string, status: number): Response {
  return localReply({
    status,
    code: "UNAVAILABLE",
    flag: "NC",
    details: CLUSTER_NOT_FOUND,
    message: `there is no cluster "${cluster}"`,
  });
}

/** For a cluster that the control plane announced and could not deliver: its calls are told why; the reason names it. */
export function clusterFailed(reason: string, status: number): Response {
  const message = `the cluster of the route has failed: ${reason}`;
  return localReply({ status, code: "UNAVAILABLE", flag: "NC", details: CLUSTER_NOT_FOUND, message });
}

/** For a call that must be encrypted, and whose cluster does not do it, or does not verify with whom. */
export function withoutTls(cluster: string): Response {
  return localReply({
    status: 502,
    code: "UNAVAILABLE",
    flag: "NR",
    details: "outbound_without_tls",
    body: `the call is by https, and its route leads to cluster "${cluster}", which does not do TLS with verified names`,
  });
}

/** Sends the client elsewhere. */
export function redirect(status: number, location: string): Response {
  return localReply({
    status,
    details: "direct_response",
    message: `see ${location}`,
    headers: ["location", location],
  });
}

export function noHealthyUpstream(): Response {
  return localReply({ status: 503, flag: "UH", details: "no_healthy_upstream", body: "no healthy upstream" });
}

export function overflow(attempt: number, envoyFields: boolean): Response {
  return localReply({
    status: 503,
    flag: "UO",
    details: "upstream_reset_before_response_started{overflow}",
    body: failureText("overflow", attempt),
    headers: envoyFields ? ["x-envoy-overloaded", "true"] : [],
  });
}

/** The call took too long. (What stands for one slow attempt is the retry package's.) */
export function requestTimeout(): Response {
  return localReply({
    status: 504,
    code: "DEADLINE_EXCEEDED",
    flag: "UT",
    execution: "in-doubt",
    details: "response_timeout",
    body: "upstream request timeout",
  });
}

/** What the transport and a body under way are told of a timeout. */
export const TIMED_OUT: Reset = Object.freeze({
  code: "DEADLINE_EXCEEDED",
  flag: "UT",
  execution: "in-doubt",
  message: "upstream request timeout",
});
