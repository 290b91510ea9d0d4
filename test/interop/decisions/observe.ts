import { type Destination, type Got, httpGet } from "../stage/http-get.ts";
import { type Seen, UPSTREAM_HEADER } from "../stage/upstream.ts";
import type { Asked } from "./requests.ts";

/** What a client and an upstream saw of a call, without what must differ. */
export interface Observed {
  readonly status: number;
  /** Who answered: an upstream, or "proxy". */
  readonly by: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the proxy's own answers. */
  readonly body: string;
  readonly upstream: Omit<Seen, "upstream"> | undefined;
}

/** Of an answer: what says when, by whom, how long it took or over what connection it came, and what is Dualmesh's own. */
const ANSWER_ASIDE: ReadonlySet<string> = new Set([
  "date",
  "server",
  "transfer-encoding",
  "x-envoy-upstream-service-time",
  "x-dualmesh-execution",
]);

/** Of a request: how it is framed, and what only one of them adds: Envoy the time left, Dualmesh the trace. */
const REQUEST_ASIDE: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "transfer-encoding",
  "x-envoy-expected-rq-timeout-ms",
  "traceparent",
]);

/** Asks one of the three. */
export async function observe(to: Destination, asked: Asked): Promise<Observed> {
  const { method = "GET", path, host = "shop.test", headers = [] } = asked;
  const got = await httpGet(to, { method, path, headers: ["host", host, ...headers] });
  const by = got.headers.get(UPSTREAM_HEADER) ?? "proxy";
  return {
    status: got.status,
    by,
    headers: readHeaders(got),
    body: by === "proxy" ? got.body : "",
    upstream: by === "proxy" || method === "HEAD" ? undefined : readSeen(got),
  };
}

function readHeaders({ headers, body }: Got): Readonly<Record<string, string>> {
  // Of a body that is told in full the length says nothing more, and of an upstream's it depends on what was put aside.
  const lengthCounts = body === "";
  const fields = [...headers].filter(([name]) => !ANSWER_ASIDE.has(name));
  return Object.fromEntries(lengthCounts ? fields : fields.filter(([name]) => name !== "content-length"));
}

function readSeen({ body }: Got): Omit<Seen, "upstream"> {
  const { method, path, headers } = JSON.parse(body) as Seen;
  const fields = Object.entries(headers).filter(([name]) => !REQUEST_ASIDE.has(name));
  // Made by chance: that there is one, and one alone, is what counts.
  const values = fields.map(([name, all]) => [name, name === "x-request-id" ? all.map(() => "(some)") : all]);
  return { method, path, headers: Object.fromEntries(values) as Seen["headers"] };
}
