import { expect, test } from "vitest";
import { ask } from "../ask.ts";
import {
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
    { header: { key: "x-told", value: "%RESPONSE_CODE% %RESPONSE_FLAGS% %REQ(:path)%" } },
  ],
};

test.each([
  ["/upstream", "201 - /upstream"],
  ["/own", "0 - /own"],
  ["/moved", "0 - /moved"],
  ["/empty", "0 UH /empty"],
])(
  "fields added to the response of %s know its status, if an upstream gave it, and its flags",
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
