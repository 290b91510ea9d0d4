/** A request to the admin interface. */
export interface AdminRequest {
  readonly query: URLSearchParams;
  /** Whether it came from this machine, over the control socket or loopback. */
  readonly isLocal: boolean;
}

export interface AdminAnswer {
  readonly status: number;
  readonly body: string;
  /** Default `text/plain; charset=UTF-8`. */
  readonly contentType?: string;
}

/** One path of the admin interface, under Envoy's name where Envoy has it. */
export interface AdminPage {
  readonly path: string;
  /** What `/help` says of it. */
  readonly summary: string;
  /** Query parameters, for `/help`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** It changes something: POST is required, so that no link and no prefetch can do it. */
  readonly mutates?: true;
  answer(request: AdminRequest): AdminAnswer;
}

export function textAnswer(body: string, status = 200): AdminAnswer {
  return { status, body };
}

/** JSON in Envoy's form: one blank per level. */
export function jsonAnswer(value: unknown, status = 200): AdminAnswer {
  return { status, body: `${JSON.stringify(value, null, 1)}\n`, contentType: "application/json" };
}

/** Envoy's answer of those that have nothing to show. */
export const OK: AdminAnswer = { status: 200, body: "OK\n" };

/** Whether `?name` or `?name=true` is there. */
export function isAsked(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value !== "false" && value !== "0";
}
