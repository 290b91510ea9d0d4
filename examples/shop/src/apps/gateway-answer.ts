import type { ServiceError } from "@grpc/grpc-js";

/** What a program answers for another one that it asked. */
export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_TYPE = { "content-type": "application/json" };

export function ok(value: unknown): GatewayAnswer {
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify(value) };
}

/** The one that was asked answered something else than 200: passes on what that was. */
export function refused(service: string, status: number, headers: unknown, body: string): GatewayAnswer {
  return failed(service, { status, headers, body: parse(body) });
}

/** The one that was asked answered nothing: passes on what is known of the reason. */
export function unreached(service: string, error: unknown): GatewayAnswer {
  return failed(service, describe(error));
}

/** The same of a call by gRPC: what it ended with, and what was said beside. */
export function failedCall(service: string, { code, details, metadata }: ServiceError): GatewayAnswer {
  return failed(service, { status: code, message: details, headers: metadata.getMap() });
}

function failed(service: string, failure: unknown): GatewayAnswer {
  return { status: 502, headers: JSON_TYPE, body: JSON.stringify({ service, failure }) };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body; // Text for people, then.
  }
}

/** An error with what its maker put on it, and its causes: `fetch` hides the interesting one in `cause`. */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { cause, ...fields } = error as Error & Readonly<Record<string, unknown>>;
  return { ...fields, message: error.message, ...(cause === undefined ? {} : { cause: describe(cause) }) };
}
