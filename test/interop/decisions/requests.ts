/** A request of the table; what it leaves out is `GET / HTTP/1.1`, `host: shop.test`. */
export interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly host?: string;
  /** Names and values in turn. */
  readonly headers?: readonly string[];
}

/** What is asked, the request, and in short what comes of it: the upstream that answers, or the status of a proxy's own answer. */
export type Row = readonly [name: string, asked: Asked, comesOfIt: "a" | "b" | number];

const get = (path: string, ...headers: readonly string[]): Asked => ({ path, headers });
const post = (path: string, ...headers: readonly string[]): Asked => ({ method: "POST", path, headers });
const on = (host: string, path = "/"): Asked => ({ host, path });

export const REQUESTS: readonly Row[] = [
  ["an exact path", get("/exact"), "a"],
  ["an exact path, with a query", get("/exact?x=1"), "a"],
  ["an exact path, and something behind it", get("/exact/more"), 404],
  ["an exact path in another case", get("/EXACT"), 404],
  ["a path in whatever case", get("/fOLDED"), "a"],
  ["a segment", get("/segment"), "a"],
  ["below a segment", get("/segment/below?q"), "a"],
  ["what only begins like a segment", get("/segments"), 404],
  ["a pattern", get("/order/17"), "a"],
  ["more than the pattern", get("/order/17/lines"), 404],
  ["less than the pattern", get("/order/x"), 404],
  [
    "a client's word about its certificate",
    get("/exact", "x-forwarded-client-cert", "URI=spiffe://mesh/me"),
    "a",
  ],
  ["a path that nobody claims", get("/nobody"), 404],

  ["no field", get("/fields"), "a"],
  ["a field's value", get("/fields", "x-version", "2"), "b"],
  ["a field's value in another field's case", get("/fields", "X-Version", "2"), "b"],
  ["another value", get("/fields", "x-version", "20"), "a"],
  ["one of two values", get("/fields", "x-version", "1", "x-version", "2"), "b"],
  ["two fields of which one does not match", get("/fields", "x-tester", "me"), "a"],
  ["two fields", post("/fields", "x-tester", "me"), "b"],
  ["the least number", get("/fields", "x-count", "5"), "b"],
  ["the number after the last", get("/fields", "x-count", "10"), "a"],
  ["no number", get("/fields", "x-count", "5x"), "a"],
  ["a parameter, and not a cookie", get("/fields?beta=yes", "cookie", "tea=green"), "b"],
  ["a parameter, and the cookie", get("/fields?beta=yes", "cookie", "beta=1"), "a"],
  ["a parameter, and no cookie at all", get("/fields?beta=yes"), "a"],
  ["a parameter's other value", get("/fields?beta=no", "cookie", "tea=green"), "a"],
  ["a parameter without a value", get("/fields?debug"), "b"],
  ["a parameter that is encoded", get("/fields?d%65bug=1"), "a"],

  ["all weight on one", get("/weights/all-b"), "b"],
  ["a draw in the first share", get("/weights/by-header", "x-draw", "29"), "a"],
  ["a draw in the second share", get("/weights/by-header", "x-draw", "30"), "b"],
  ["a draw beyond all shares", get("/weights/by-header", "x-draw", "129"), "a"],
  ["a cluster by name", get("/by-name", "x-cluster", "b"), "b"],
  ["a cluster by the name of none", get("/by-name", "x-cluster", "c"), 503],
  ["a cluster by no name", get("/by-name"), 503],

  ["another prefix", get("/old/x?y=1"), "a"],
  ["no prefix", get("/strip/x"), "a"],
  ["segments changed about", get("/swap/one/two/three?q=1"), "a"],
  ["another host", get("/host"), "a"],
  ["a host by field", get("/host-of-header", "x-host", "named.test"), "a"],

  ["moved to another path", get("/moved/path?old=1"), 301],
  ["moved to another host", get("/moved/host/x?q=1"), 302],
  ["moved to TLS", get("/moved/secure?q=1"), 301],
  ["moved to another prefix", get("/moved/prefix/x?q=1"), 301],
  ["moved by pattern", get("/moved/regex/x?q=1"), 308],
  ["moved to TLS, for the port of the request", on("shop.test:8080", "/moved/secure"), 301],
  ["a host that wants TLS", on("pay.test", "/pay?now=1"), 301],
  [
    "a host that wants TLS, behind a proxy that had it",
    { host: "pay.test", path: "/pay", headers: ["x-forwarded-proto", "https"] },
    "b",
  ],
  [
    "moved to another host, behind a proxy that had TLS",
    get("/moved/host/x", "x-forwarded-proto", "https"),
    302,
  ],

  ["an answer of the route's own", get("/teapot"), 418],
  ["an answer of the route's own to a question for the head", { method: "HEAD", path: "/teapot" }, 418],
  ["an answer without a body", get("/silent"), 204],
  ["a question for the head", { method: "HEAD", path: "/exact" }, "a"],

  [
    "fields added, kept and taken away",
    get("/change", "x-over", "mine", "x-new", "mine", "x-secret", "1"),
    "a",
  ],
  ["fields added where none were", get("/change"), "a"],
  [
    "fields of the connection",
    get("/exact", "te", "trailers", "keep-alive", "timeout=5", "x-kept", "1"),
    "a",
  ],
  [
    "the scheme and address that a proxy before has seen",
    get("/exact", "x-forwarded-proto", "https", "x-forwarded-for", "10.1.2.3", "via", "1.1 before"),
    "a",
  ],

  ["a host below the wildcard", on("eu.shop.test"), "b"],
  ["a host before the wildcard", on("api.anything"), "b"],
  ["a host in capitals", on("SHOP.test", "/exact"), "a"],
  ["a host with its port", on("shop.test:8080", "/exact"), "a"],

  ["dots that lead back", get("/nobody/../exact"), "a"],
  ["dots that are encoded", get("/nobody/%2e%2e/exact"), "a"],
  ["slashes that are repeated", get("//order///17"), "a"],
  ["a slash that is encoded", get("/order%2f17"), 404],

  ["an upstream that takes too long", get("/slow"), 504],
  ["an upstream that takes too long each time", get("/hurried"), 504],
  ["an endpoint that refuses, and one that does not", on("patient.test"), "a"],
  ["an endpoint that refuses", get("/refused"), 503],
  ["an endpoint that refuses each time", get("/refused/again"), 503],
  ["a failure that stays one", get("/status/503"), "a"],
  ["a failure that is no reason to try again", get("/status/404"), "a"],
  ["a cluster that is not there", get("/unknown"), 404],
  ["a cluster without endpoints", get("/empty"), 503],
  ["a cluster that takes no more", get("/full"), 503],
];
