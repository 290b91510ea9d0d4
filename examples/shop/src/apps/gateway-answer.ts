/** What a program answers for another one that it asked. */
export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Fields that belong to the connection or to the framing of the answer that came, not to what it says. */
const NOT_RELAYED = new Set(
  "connection keep-alive transfer-encoding content-length content-encoding date upgrade te trailer".split(
    " ",
  ),
);

/** Passes on what came. */
export function relay(status: number, headers: Headers, body: string): GatewayAnswer {
  const kept = [...headers].filter(([name]) => !NOT_RELAYED.has(name));
  return { status, headers: Object.fromEntries(kept), body };
}

/** Nothing came: says what is known of the reason. */
export function badGateway(service: string, error: unknown): GatewayAnswer {
  const body = JSON.stringify({ service, failure: describeFailure(error) });
  return { status: 502, headers: { "content-type": "application/json" }, body };
}

/** An error with what its maker put on it, and its causes: `fetch` hides the interesting one in `cause`. */
function describeFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { cause, ...fields } = error as Error & Readonly<Record<string, unknown>>;
  return {
    ...fields,
    message: error.message,
    ...(cause === undefined ? {} : { cause: describeFailure(cause) }),
  };
}
