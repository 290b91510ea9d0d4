import { writeBoltHeaders } from "./header-map.ts";

/**
 * Headers of a call of SOFARPC. Its receivers let those that are not blank overwrite what the content says, so that a proxy
 * needs to change no content.
 *
 * @see com.alipay.sofa.rpc.common.RemotingConstants
 */
export const SOFA_HEADER = {
  /** `interface:version[:uniqueId]`. */
  service: "service",
  /** The same once more; clients write both. */
  targetService: "sofa_head_target_service",
  method: "sofa_head_method_name",
  targetApp: "sofa_head_target_app",
  /** `0` none, `1` mixed, `2` generic. */
  genericType: "sofa_head_generic_type",
  /** Of a response: `true` for an exception of the application, and for a service or a method that nobody has. */
  responseError: "sofa_head_response_error",
  /** Milliseconds that the whole call has left. */
  deadline: "sofa_head_deadline_remain_time",
  traceId: "rpc_trace_context.sofaTraceId",
  rpcId: "rpc_trace_context.sofaRpcId",
  penetrateAttributes: "rpc_trace_context.sofaPenAttrs",
} as const;

/** What stands in front of the names of an application's own headers, which go with all calls that a call leads to. */
export const SOFA_BAGGAGE_PREFIX = "rpc_req_baggage.";

/** The classes of what SOFARPC sends over Bolt. */
export const SOFA_CLASS = {
  request: "com.alipay.sofa.rpc.core.request.SofaRequest",
  response: "com.alipay.sofa.rpc.core.response.SofaResponse",
} as const;

/** What the headers of a call say. */
export interface SofaCall {
  /** `interface:version[:uniqueId]`. */
  readonly service: string;
  readonly method: string;
  readonly targetApp?: string;
  /** One of `0`, `1`, `2`. */
  readonly genericType?: string;
  readonly traceId?: string;
  readonly rpcId?: string;
  /** Goes with all calls that this one leads to. */
  readonly baggage?: ReadonlyMap<string, string>;
  /** Others, as they are. */
  readonly headers?: ReadonlyMap<string, string>;
}

/** The header map of a call of SOFARPC. */
export function sofaCallHeaders(call: SofaCall): Buffer {
  const { service, method, targetApp, genericType, traceId, rpcId, baggage, headers } = call;
  const known: readonly (readonly [string, string | undefined])[] = [
    [SOFA_HEADER.targetService, service],
    [SOFA_HEADER.service, service],
    [SOFA_HEADER.method, method],
    [SOFA_HEADER.targetApp, targetApp],
    [SOFA_HEADER.genericType, genericType],
    [SOFA_HEADER.traceId, traceId],
    [SOFA_HEADER.rpcId, rpcId],
  ];
  const pairs: [string, string][] = [];
  for (const [name, value] of known) if (value !== undefined) pairs.push([name, value]);
  for (const [name, value] of baggage ?? []) pairs.push([SOFA_BAGGAGE_PREFIX + name, value]);
  pairs.push(...(headers ?? []));
  return writeBoltHeaders(pairs);
}
