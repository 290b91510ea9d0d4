import { describe, expect, test } from "vitest";
import { ask } from "../ask.ts";
import {
  freePort,
  ordersHost,
  outboundListener,
  routeTo,
  startUpstream,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";

/** Added to every response: what it is, and what it answers. */
const TOLD = {
  response_headers_to_add: [
    {
      header: {
        key: "x-told",
        value: "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %REQ(:path)%",
      },
    },
  ],
};

test.each([
  ["/upstream", "201 - via_upstream /upstream"],
  ["/own", "0 - direct_response /own"],
  ["/moved", "0 - direct_response /moved"],
  ["/changed/x?y", "0 - direct_response /there/x?y"],
  ["/empty", "0 UH no_healthy_upstream /empty"],
])(
  "fields added to the response of %s know its status, if an upstream gave it, its flags and details, and the path as it was last",
  async (path, told) => {
    await using upstream = await startUpstream((_, response) => response.writeHead(201).end());
    await using plane = await staticPlane({
      listeners: [
        outboundListener([
          ordersHost(
            [
              { match: { path: "/upstream" }, route: { cluster: "orders" } },
              { match: { path: "/own" }, direct_response: { status: 418 } },
              { match: { path: "/moved" }, redirect: { path_redirect: "/there" } },
              {
                match: { prefix: "/changed" },
                redirect: { prefix_rewrite: "/there", strip_query: true },
              },
              routeTo("empty"),
            ],
            TOLD,
          ),
        ]),
      ],
      clusters: [staticCluster("orders", [upstream.port]), staticCluster("empty", [])],
    });
    expect((await ask(plane, { path })).headers.get("x-told")).toBe(told);
  },
);

describe("the flags of a failure that was not retried, or not again, begin with the reason for that:", () => {
  const retry = (more: object = {}): object => ({ retry_policy: { retry_on: "5xx", ...more } });

  test.each([
    ["the retries are used up", "/broken", retry(), "URX"],
    ["none is allowed", "/broken", retry({ num_retries: 0 }), "URX"],
    ["nobody asked for one", "/broken", {}, "-"],
    ["too many are under way", "/busy", retry(), "UO"],
    ["the retries are used up on refused connections", "/refused", retry(), "URX,UF"],
    ["the attempts take too long", "/slow", retry({ num_retries: 0, per_try_timeout: "0.01s" }), "URX,UT"],
    ["there is nobody to try it with", "/empty", retry(), "UH"],
  ])("%s", async (_, path, action, told) => {
    await using broken = await startUpstream((_request, response) => response.writeHead(503).end());
    await using silent = await startUpstream(() => {});
    const none = { circuit_breakers: { thresholds: [{ max_retries: 0 }] } };
    await using plane = await staticPlane(
      {
        listeners: [outboundListener([ordersHost([routeTo(path.slice(1), action)], FLAGS)])],
        clusters: [
          staticCluster("broken", [broken.port]),
          staticCluster("busy", [broken.port], none),
          staticCluster("refused", [await freePort()]),
          staticCluster("slow", [silent.port]),
          staticCluster("empty", []),
        ],
      },
      { random: () => 0 },
    );
    expect((await ask(plane, { path })).headers.get("x-flags")).toBe(told);
  });
});

const FLAGS = {
  response_headers_to_add: [{ header: { key: "x-flags", value: "%RESPONSE_FLAGS%" } }],
};
