import { type Call, createCall, createTimerWheel, localReply, type Response, xxhash64 } from "@dualmesh/core";
import { manualClock, textRequest, textResponse } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { HASH_KEY } from "../../src/index.ts";
import { createRouter } from "../../src/router/router.ts";
import { compiled } from "../compile/compile-json.ts";

const COOKIE = { cookie: { name: "sid", ttl: "60s" } };

/** What a router answers where `upstream` stands for balancer, endpoint and all. */
async function answered(
  upstream: (call: Call) => Response,
  request: Parameters<typeof textRequest>[0] = {},
  route: object = {},
): Promise<Response> {
  const { table } = compiled("routes", {
    name: "r",
    virtual_hosts: [
      {
        name: "v",
        domains: ["*"],
        routes: [{ match: { prefix: "/" }, route: { cluster: "a", hash_policy: [COOKIE] }, ...route }],
      },
    ],
  });
  const clock = manualClock();
  const router = createRouter({
    clusters: () => undefined,
    wheel: createTimerWheel({ clock }),
    random: () => 0,
    app: async (_, call) => upstream(call),
  });
  const call = createCall({ clock });
  call.routeWith((head) => table.match(head));
  return router(textRequest(request), call);
}

const asks = (call: Call): Response => {
  expect(call.get(HASH_KEY)?.hash).toBeDefined();
  return textResponse(200, "", { "set-cookie": "a=b" });
};
const cookiesOf = ({ head }: Response): readonly string[] => head.headers.getAll("set-cookie");

test("a client is given the cookie of its key with the upstream's answer, before the route changes that", async () => {
  const response = await answered(
    asks,
    {},
    {
      response_headers_to_add: [{ header: { key: "x-saw", value: "%RESP(set-cookie)%" } }],
    },
  );
  const given = expect.stringMatching(/^sid="[0-9a-f]{16}"; Max-Age=60; HttpOnly$/);
  expect(cookiesOf(response)).toEqual(["a=b", given]);
  expect(response.head.headers.get("x-saw")).toBe("a=b");
  const removed = await answered(asks, {}, { response_headers_to_remove: ["set-cookie"] });
  expect(cookiesOf(removed)).toEqual([]);
});

test("a key is kept as it was first told", async () => {
  const response = await answered((call) => {
    const key = call.get(HASH_KEY);
    expect(key?.hash).toEqual(key?.hash);
    return textResponse(200);
  });
  expect(cookiesOf(response)).toHaveLength(1);
});

test("no cookie is given where no balancer asks, with an answer of the mesh's own, or by frames", async () => {
  expect(cookiesOf(await answered(() => textResponse(200)))).toEqual([]);
  const own = await answered((call) => {
    asks(call);
    return localReply({ status: 503, flag: "UF", details: "refused" });
  });
  expect(cookiesOf(own)).toEqual([]);
  const frames = (call: Call): Response => {
    expect(call.get(HASH_KEY)?.hash).toBeUndefined();
    return textResponse(200);
  };
  expect(cookiesOf(await answered(frames, { method: "" }))).toEqual([]);
});

test("a client with the cookie is given none, and its value is the key", async () => {
  const upstream = (call: Call): Response => {
    expect(call.get(HASH_KEY)?.hash).toEqual(xxhash64("one"));
    return textResponse(200);
  };
  expect(cookiesOf(await answered(upstream, { headers: { cookie: "sid=one" } }))).toEqual([]);
});

test("a call whose route has no policy has no key", async () => {
  const upstream = (call: Call): Response => {
    expect(call.get(HASH_KEY)).toBeUndefined();
    return textResponse(200);
  };
  await answered(upstream, {}, { route: { cluster: "a" } });
});
