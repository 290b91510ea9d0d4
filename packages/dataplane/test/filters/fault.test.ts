import { callFor, manualClock } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { ask } from "../ask.ts";
import {
  ordersHost,
  outboundListener,
  type PlaneOptions,
  ROUTER,
  startUpstream,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";

const FAULT = "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault";
const ALL = { numerator: 100 };
const NONE = { numerator: 0 };
const abort = (status: number, more: object = {}): object => ({
  "@type": FAULT,
  abort: { http_status: status, percentage: ALL },
  ...more,
});

async function start(own: object, routes: readonly object[], options: PlaneOptions = {}) {
  const orders = await startUpstream((_, response) => response.end());
  const plane = await staticPlane(
    {
      listeners: [
        outboundListener(
          [
            ordersHost(routes, {
              response_headers_to_add: [
                { header: { key: "x-told", value: "%RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%" } },
              ],
            }),
          ],
          { http_filters: [{ name: "fault", typed_config: own }, ROUTER] },
        ),
      ],
      clusters: [staticCluster("a", [orders.port]), staticCluster("empty", [])],
    },
    options,
  );
  return {
    plane,
    async [Symbol.asyncDispose]() {
      await plane[Symbol.asyncDispose]();
      await orders[Symbol.asyncDispose]();
    },
  };
}

const to = (prefix: string, cluster = "a", fault?: object): object => ({
  match: { prefix },
  route: { cluster },
  ...(fault === undefined ? {} : { typed_per_filter_config: { fault } }),
});

test("what a route says replaces the whole of the filter's own", async () => {
  const routes = [to("/other", "a", abort(418)), to("/spared", "a", { "@type": FAULT }), to("/")];
  await using mesh = await start(abort(503), routes);
  const statuses: number[] = [];
  for (const path of ["/", "/other", "/spared", "/none"])
    statuses.push((await ask(mesh.plane, { path })).status);
  expect(statuses).toEqual([503, 418, 200, 503]);
});

test("the cluster that the route has chosen decides, also where it does not exist", async () => {
  const byHeader = { match: { prefix: "/" }, route: { cluster_header: "x-cluster" } };
  await using mesh = await start(abort(418, { upstream_cluster: "b" }), [byHeader], {
    clusters: ["a"],
  });
  const statusOf = async (cluster: string): Promise<number> =>
    (await ask(mesh.plane, { headers: { "x-cluster": cluster } })).status;
  expect([await statusOf("b"), await statusOf("a")]).toEqual([418, 200]);
});

test("runtime keys may be named, and hold shares in any unit", async () => {
  const never = { abort: { http_status: 418, percentage: NONE } };
  const routes = [
    to("/named", "a", { "@type": FAULT, ...never, abort_percent_runtime: "my.share" }),
    to("/status", "a", abort(418, { abort_http_status_runtime: "my.status" })),
    to("/max", "a", abort(418, { max_active_faults_runtime: "my.max" })),
    to("/never", "a", { "@type": FAULT, ...never }),
  ];
  const share = { numerator: 1_000_000, denominator: "MILLION" };
  const values = { my: { share, status: 451, max: 0 } };
  await using mesh = await start({ "@type": FAULT }, routes, {
    runtime: [{ kind: "static", name: "s", values }],
  });
  const statuses: number[] = [];
  for (const path of ["/named", "/status", "/max", "/never"]) {
    statuses.push((await ask(mesh.plane, { path })).status);
  }
  expect(statuses).toEqual([418, 451, 200, 200]);
});

test.each([
  ["/late", "DI via_upstream"],
  ["/late-abort", "DI,FI fault_filter_abort"],
  ["/late-nobody", "DI,UH no_healthy_upstream"],
  ["/abort", "FI fault_filter_abort"],
])("fields added to the response know what was done to the call: %s", async (path, told) => {
  const late = { delay: { fixed_delay: "0.25s", percentage: ALL } };
  const clock = manualClock();
  await using mesh = await start(
    { "@type": FAULT },
    [
      to("/late-abort", "a", abort(503, late)),
      to("/late-nobody", "empty", { "@type": FAULT, ...late }),
      to("/late", "a", { "@type": FAULT, ...late }),
      to("/abort", "a", abort(503)),
    ],
    { clock },
  );
  const answer = ask(mesh.plane, { path }, { call: callFor(clock) });
  await clock.advanceAsync(250);
  expect((await answer).headers.get("x-told")).toBe(told);
});
