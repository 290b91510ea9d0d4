/** A metric as Prometheus has it: one family, told apart by labels. */
export interface PrometheusName {
  /** With prefix: `envoy_cluster_upstream_rq_xx`. */
  readonly family: string;
  readonly labels: readonly (readonly [label: string, value: string])[];
}

/** A part of a name that is somebody's own name, and becomes a label: Envoy's tag extraction. */
interface Owner {
  /** What the name begins with. */
  readonly scope: string;
  readonly label: string;
  /**
   * What may follow the owner's name. Owners' names hold dots themselves (`orders.shop.svc.cluster.local`), so the first
   * dot says little: it is the first one before a known word, else the first at all.
   */
  readonly words: readonly string[];
  /** Whether the rest may begin with an owner again. */
  readonly nests?: boolean;
}

const HTTP_WORDS = [
  "downstream_",
  "rq_",
  "no_route",
  "no_cluster",
  "rbac.",
  "ext_authz.",
  "fault.",
  "tracing.",
  "user_agent.",
  "jwt_authn.",
  "rs_too_large",
];

const OWNERS: readonly Owner[] = [
  {
    scope: "cluster.",
    label: "envoy_cluster_name",
    words: [
      "upstream_",
      "membership_",
      "outlier_detection.",
      "circuit_breakers.",
      "health_check.",
      "lb_",
      "update_",
      "assignment_",
      "internal.",
      "external.",
      "canary.",
      "zone.",
      "ssl.",
      "http1.",
      "http2.",
      "http3.",
      "default.",
      "high.",
      "ext_authz.",
      "ratelimit.",
      "fault.",
      "retry_or_shadow_abandoned",
      "max_host_weight",
      "version",
      "warming_state",
      "bind_errors",
      "init_fetch_timeout",
      "original_dst_host_invalid",
    ],
  },
  { scope: "http.", label: "envoy_http_conn_manager_prefix", words: HTTP_WORDS },
  {
    scope: "listener.",
    label: "envoy_listener_address",
    nests: true,
    words: [
      "downstream_",
      "http.",
      "ssl.",
      "server_ssl_socket_factory.",
      "no_filter_chain_match",
      "global_cx_overflow",
      "connections_accepted",
      "worker_",
      "original_dst",
    ],
  },
  {
    scope: "tcp.",
    label: "envoy_tcp_prefix",
    words: ["downstream_", "upstream_", "idle_timeout", "max_downstream_connection_duration"],
  },
  { scope: "vhost.", label: "envoy_virtual_host", nests: true, words: ["vcluster.", "route."] },
  { scope: "vcluster.", label: "envoy_virtual_cluster", words: ["upstream_"] },
];

/** Envoy leaves these their names. */
const NO_OWNER: ReadonlySet<string> = new Set(["listener.admin"]);

/** `cluster.orders.upstream_rq_503` to `envoy_cluster_upstream_rq{envoy_response_code="503",envoy_cluster_name="orders"}`. */
export function prometheusName(name: string): PrometheusName {
  const labels: [string, string][] = [];
  let rest = takeResponseCode(name, labels);
  rest = takeLimiter(rest, labels);
  let done = "";
  for (let owner = ownerOf(rest); owner !== undefined; owner = ownerOf(rest)) {
    const { scope, label, words, nests } = owner;
    const end = endOfOwner(rest, scope.length, words);
    if (end < 0 || NO_OWNER.has(rest.slice(0, end))) break;
    labels.push([label, rest.slice(scope.length, end)]);
    done += scope;
    rest = rest.slice(end + 1);
    if (nests !== true) break;
  }
  return { family: `envoy_${(done + rest).replace(/[^a-zA-Z0-9_]/g, "_")}`, labels };
}

function ownerOf(name: string): Owner | undefined {
  return OWNERS.find(({ scope }) => name.startsWith(scope));
}

/** Where the owner's name ends, which begins at `from`; -1 if nothing follows it. */
function endOfOwner(name: string, from: number, words: readonly string[]): number {
  const first = name.indexOf(".", from + 1);
  for (let dot = first; dot >= 0; dot = name.indexOf(".", dot + 1)) {
    if (words.some((word) => name.startsWith(word, dot + 1))) return dot;
  }
  return first;
}

/** `…_rq_503` loses its end, `…_rq_5xx` its digit. */
function takeResponseCode(name: string, labels: [string, string][]): string {
  const code = /_rq_(\d{3})$/.exec(name)?.[1];
  if (code !== undefined) {
    labels.push(["envoy_response_code", code]);
    return name.slice(0, -4);
  }
  const digit = /_rq_(\d)xx$/.exec(name)?.[1];
  if (digit === undefined) return name;
  labels.push(["envoy_response_code_class", digit]);
  return `${name.slice(0, -3)}xx`;
}

const LIMITER = ".http_local_rate_limit.";

/** A limiter's name stands before its kind. */
function takeLimiter(name: string, labels: [string, string][]): string {
  const at = name.indexOf(LIMITER);
  if (at <= 0) return name;
  labels.push(["envoy_local_http_ratelimit_prefix", name.slice(0, at)]);
  return name.slice(at + 1);
}
