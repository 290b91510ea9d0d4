import { expect, test } from "vitest";
import { ask } from "../ask.ts";
import {
  ordersHost,
  outboundListener,
  ROUTER,
  routeTo,
  startUpstream,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";

const FILTERS = "type.googleapis.com/envoy.extensions.filters.http";
const OWN = {
  fault: { "@type": `${FILTERS}.fault.v3.HTTPFault` },
  cors: { "@type": `${FILTERS}.cors.v3.Cors` },
  mutation: { "@type": `${FILTERS}.header_mutation.v3.HeaderMutation` },
};
const OF_ROUTE = {
  fault: {
    "@type": `${FILTERS}.fault.v3.HTTPFault`,
    abort: { http_status: 418, percentage: { numerator: 100 } },
  },
  cors: { "@type": `${FILTERS}.cors.v3.CorsPolicy`, allow_origin_string_match: [{ exact: "*" }] },
  mutation: {
    "@type": `${FILTERS}.header_mutation.v3.HeaderMutationPerRoute`,
    mutations: { response_mutations: [{ append: { header: { key: "x-changed", value: "1" } } }] },
  },
};

test.each([
  ["fault", "cors"],
  ["cors", "mutation"],
  ["mutation", "fault"],
] as const)(
  "a setting under the name of a filter of %s that is meant for %s says nothing",
  async (own, other) => {
    await using orders = await startUpstream((_, response) => response.end());
    await using plane = await staticPlane({
      listeners: [
        outboundListener(
          [ordersHost([routeTo("a", {}, { typed_per_filter_config: { f: OF_ROUTE[other] } })])],
          {
            http_filters: [{ name: "f", typed_config: OWN[own] }, ROUTER],
          },
        ),
      ],
      clusters: [staticCluster("a", [orders.port])],
    });
    const { status, headers } = await ask(plane, { headers: { origin: "https://a.test" } });
    expect([status, headers.has("access-control-allow-origin"), headers.has("x-changed")]).toEqual([
      200,
      false,
      false,
    ]);
  },
);
