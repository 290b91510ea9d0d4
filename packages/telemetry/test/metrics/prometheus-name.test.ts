import { expect, test } from "vitest";
import { prometheusName } from "../../src/index.ts";

test.each([
  ["server.live", "envoy_server_live{}"],
  ["cluster.orders.upstream_rq_total", "envoy_cluster_upstream_rq_total{cluster_name=orders}"],
  ["cluster.orders.upstream_rq_503", "envoy_cluster_upstream_rq{response_code=503,cluster_name=orders}"],
  [
    "cluster.orders.upstream_rq_5xx",
    "envoy_cluster_upstream_rq_xx{response_code_class=5,cluster_name=orders}",
  ],
  [
    "cluster.orders.circuit_breakers.high.rq_open",
    "envoy_cluster_circuit_breakers_high_rq_open{cluster_name=orders}",
  ],
  // Names of clusters hold dots of their own.
  [
    "cluster.outbound|80||orders.shop.svc.cluster.local.upstream_cx_active",
    "envoy_cluster_upstream_cx_active{cluster_name=outbound|80||orders.shop.svc.cluster.local}",
  ],
  ["cluster.a.b.something_new", "envoy_cluster_b_something_new{cluster_name=a}"],
  ["cluster_manager.cds.update_success", "envoy_cluster_manager_cds_update_success{}"],
  [
    "http.ingress.downstream_rq_2xx",
    "envoy_http_downstream_rq_xx{response_code_class=2,http_conn_manager_prefix=ingress}",
  ],
  ["http.ingress.rbac.denied", "envoy_http_rbac_denied{http_conn_manager_prefix=ingress}"],
  [
    "listener.0.0.0.0_8080.downstream_cx_total",
    "envoy_listener_downstream_cx_total{listener_address=0.0.0.0_8080}",
  ],
  [
    "listener.[__1]_8080.http.ingress.downstream_rq_2xx",
    "envoy_listener_http_downstream_rq_xx{response_code_class=2,listener_address=[__1]_8080,http_conn_manager_prefix=ingress}",
  ],
  ["listener.admin.downstream_cx_total", "envoy_listener_admin_downstream_cx_total{}"],
  ["listener_manager.lds.version", "envoy_listener_manager_lds_version{}"],
  ["tcp.mysql.downstream_cx_total", "envoy_tcp_downstream_cx_total{tcp_prefix=mysql}"],
  [
    "vhost.shop.vcluster.orders.upstream_rq_total",
    "envoy_vhost_vcluster_upstream_rq_total{virtual_host=shop,virtual_cluster=orders}",
  ],
  [
    "edge.http_local_rate_limit.enabled",
    "envoy_http_local_rate_limit_enabled{local_http_ratelimit_prefix=edge}",
  ],
  [".http_local_rate_limit.enabled", "envoy__http_local_rate_limit_enabled{}"],
  // What looks like an owner inside of one that holds none is none.
  ["cluster.a.http.b.downstream_x", "envoy_cluster_http_b_downstream_x{cluster_name=a}"],
  ["cluster..upstream_rq_total", "envoy_cluster__upstream_rq_total{}"],
  ["cluster.", "envoy_cluster_{}"],
  ["cluster.orders", "envoy_cluster_orders{}"],
  ["9lives-ä", "envoy_9lives__{}"],
])("%s is %s", (name, expected) => {
  const { family, labels } = prometheusName(name);
  const pairs = labels.map(([label, value]) => `${label.replace(/^envoy_/, "")}=${value}`);
  expect(`${family}{${pairs.join(",")}}`).toBe(expected);
});
