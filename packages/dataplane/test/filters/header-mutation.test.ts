import {
  BodyPipe,
  createHeaders,
  localReply,
  noMetrics,
  type Request,
  type Response,
  type StreamBody,
  stack,
} from "@dualmesh/core";
import { fromJson } from "@dualmesh/envoy-api";
import {
  bodyRecorder,
  callFor,
  manualClock,
  mockService,
  randomOf,
  textRequest,
  textResponse,
} from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { HEADER_MUTATION_FILTER } from "../../src/extensions/built-in-filters.ts";
import { LayeredRuntime } from "../../src/runtime.ts";
import { ask } from "../ask.ts";
import {
  ordersHost,
  outboundListener,
  ROUTER,
  startUpstream,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";

const FILTERS = "type.googleapis.com/envoy.extensions.filters.http";
const HEADER_MUTATION = `${FILTERS}.header_mutation.v3.HeaderMutation`;

const append = (key: string, value: string, action?: string): object => ({
  append: { header: { key, value }, ...(action === undefined ? {} : { append_action: action }) },
});
const OVERWRITE = "OVERWRITE_IF_EXISTS_OR_ADD";

/** Adds the name of its level to `x-all`, writes it over `x-last`, and into the query. */
const level = (name: string): object => ({
  mutations: {
    request_mutations: [append("x-all", name), append("x-last", name, OVERWRITE)],
    response_mutations: [append("x-all", name), append("x-last", name, OVERWRITE)],
    query_parameter_mutations: [{ append: { record: { key: "l", value: name } } }],
  },
});
const ofLevel = (name: string): object => ({
  typed_per_filter_config: { hm: { "@type": `${HEADER_MUTATION}PerRoute`, ...level(name) } },
});

async function pass(path: string, filter: object) {
  let seen = "";
  await using orders = await startUpstream((request, response) => {
    const { url, headers: fields } = request;
    seen = `${url} ${fields["x-all"]} ${fields["x-last"]}`;
    response.end();
  });
  const weighted = { clusters: [{ name: "a", weight: 1, ...ofLevel("cluster") }] };
  const routes = [
    { match: { prefix: "/wc" }, route: { weighted_clusters: weighted }, ...ofLevel("route") },
    { match: { prefix: "/route" }, route: { cluster: "a" }, ...ofLevel("route") },
    { match: { prefix: "/direct" }, direct_response: { status: 200 }, ...ofLevel("route") },
    {
      match: { prefix: "/abort" },
      route: { cluster: "a" },
      response_headers_to_add: [{ header: { key: "x-last", value: "of the route" } }],
      typed_per_filter_config: {
        fault: {
          "@type": `${FILTERS}.fault.v3.HTTPFault`,
          abort: { http_status: 418, percentage: { numerator: 100 } },
        },
      },
    },
  ];
  await using plane = await staticPlane({
    listeners: [
      outboundListener([], {
        http_filters: [
          { name: "fault", typed_config: { "@type": `${FILTERS}.fault.v3.HTTPFault` } },
          { name: "hm", typed_config: { "@type": HEADER_MUTATION, ...filter } },
          ROUTER,
        ],
        route_config: {
          name: "r",
          virtual_hosts: [ordersHost(routes, ofLevel("host"))],
          ...ofLevel("table"),
        },
      }),
    ],
    clusters: [staticCluster("a", [orders.port])],
  });
  const answer = await ask(plane, { path });
  return { seen, all: answer.headers.getAll("x-all"), last: answer.headers.getAll("x-last") };
}

describe("all levels have their say, the filter's own first", () => {
  test.each([
    ["/wc", false, ["filter", "cluster", "route", "host", "table"]],
    ["/wc", true, ["filter", "table", "host", "route", "cluster"]],
    ["/route", false, ["filter", "route", "host", "table"]],
    ["/route", true, ["filter", "table", "host", "route"]],
    ["/direct", false, ["filter", "route", "host", "table"]],
  ])("%s, the most specific last: %s", async (path, specific, order) => {
    const got = await pass(path, { ...level("filter"), most_specific_header_mutations_wins: specific });
    const last = order.at(-1);
    expect([got.all, got.last]).toEqual([order, [last]]);
    const upstream = `${path}?${order.map((name) => `l=${name}`).join("&")} ${order.join(", ")} ${last}`;
    expect(got.seen).toBe(path === "/direct" ? "" : upstream);
  });

  test("and where no route matches, the filter's own alone", async () => {
    expect(await pass("/none", level("filter"))).toEqual({ seen: "", all: ["filter"], last: ["filter"] });
  });

  test("also of what a filter further out answers, after its route's header mutations", async () => {
    const { all, last } = await pass("/abort", level("filter"));
    expect([all, last]).toEqual([["filter", "host", "table"], ["table"]]);
  });
});

/** Sends a request through the filter alone. */
function setUp(mutations: object) {
  const clock = manualClock();
  const { service, handle } = mockService();
  const message = fromJson("envoy.extensions.filters.http.header_mutation.v3.HeaderMutation", {
    mutations: mutations as never,
  });
  const filter = HEADER_MUTATION_FILTER.create(HEADER_MUTATION_FILTER.parse(message), {
    clock,
    random: randomOf(),
    metrics: noMetrics,
    runtime: new LayeredRuntime(),
    name: "hm",
    statPrefix: "",
  });
  const send = stack<Request, Response>().use("hm", filter).to(service);
  return { call: callFor(clock), handle, send };
}

/** The fields of a request behind the filter, as `name=value`. */
async function request(mutations: object[], headers: string[], path = "/"): Promise<string[]> {
  const { call, handle, send } = setUp({ request_mutations: mutations });
  void send(textRequest({ path, headers }), call);
  return [...(await handle.next()).request.head.headers].map(([name, value]) => `${name}=${value}`);
}

test("changes are done in order, each on what the ones before have made", async () => {
  const mutations = [
    append("x-1", "a"),
    { remove: "X-1" },
    append("x-1", "b"),
    append("x-2", "%REQ(x-1)%"),
    append("x-3", "%REQ(x-none)%"),
    append("x-1", "c", OVERWRITE),
    append("x-4", "%REQ(x-none)%", OVERWRITE),
  ];
  expect(await request(mutations, ["x-1", "one", "x-4", "stays"])).toEqual(["x-4=stays", "x-1=c", "x-2=b"]);
});

test.each([
  ["ADD_IF_ABSENT", ["x-is=old", "x-not=new"]],
  ["OVERWRITE_IF_EXISTS", ["x-is=new"]],
  ["OVERWRITE_IF_EXISTS_OR_ADD", ["x-is=new", "x-not=new"]],
  ["APPEND_IF_EXISTS_OR_ADD", ["x-is=old", "x-is=new", "x-not=new"]],
])("%s", async (action, expected) => {
  const mutations = [append("x-is", "new", action), append("x-not", "new", action)];
  expect(await request(mutations, ["x-is", "old"])).toEqual(expected);
});

describe("headers are removed by a matcher of their names in lower case", () => {
  const headers = ["x-pre-a", "1", "X-Pre-B", "2", "x-pre-a", "3", "x-keep", "1"];

  test.each([
    [{ prefix: "x-pre" }, ["x-keep=1"]],
    [{ prefix: "X-PRE" }, ["x-pre-a=1", "X-Pre-B=2", "x-pre-a=3", "x-keep=1"]],
    [{ prefix: "X-PRE", ignore_case: true }, ["x-keep=1"]],
    [{ safe_regex: { regex: "x-.*-b" } }, ["x-pre-a=1", "x-pre-a=3", "x-keep=1"]],
  ])("%j", async (matcher, expected) => {
    expect(await request([{ remove_on_match: { key_matcher: matcher } }], headers)).toEqual(expected);
  });
});

test("the query changes after the headers, which so see the path as it came", async () => {
  const { call, handle, send } = setUp({
    request_mutations: [append("x-path", "%REQ(:path)%")],
    query_parameter_mutations: [{ append: { record: { key: "k", value: "%REQ(x-path)%" } } }],
  });
  void send(textRequest({ path: "/p?q=1" }), call);
  const { head } = (await handle.next()).request;
  expect([head.path, head.headers.get("x-path")]).toEqual(["/p?k=%2Fp%3Fq%3D1&q=1", "/p?q=1"]);
});

test("fields of a response know request and response", async () => {
  const { call, handle, send } = setUp({
    response_mutations: [append("x-told", "%RESPONSE_CODE% %RESP(:status)% %RESP(x-up)% %REQ(x-in)%")],
  });
  const response = send(textRequest({ headers: { "x-in": "asked" } }), call);
  (await handle.next()).answer(textResponse(201, "", { "x-up": "said" }));
  expect((await response).head.headers.get("x-told")).toBe("201 201 said asked");
});

test("for a filter, the status of what the mesh answers itself is known", async () => {
  const { call, handle, send } = setUp({
    response_mutations: [append("x-told", "%RESPONSE_CODE% %RESPONSE_FLAGS%")],
  });
  const response = send(textRequest(), call);
  (await handle.next()).answer(localReply({ status: 503, details: "x", flag: "UH" }));
  expect((await response).head.headers.get("x-told")).toBe("503 UH");
});

describe("trailers are changed where there are any,", () => {
  const mutations = {
    request_trailers_mutations: [append("x-up", "%REQ(x-in)%")],
    response_trailers_mutations: [append("x-down", "%RESPONSE_CODE%"), { remove: "x-secret" }],
  };
  const trailing = (fields?: string[]) => {
    const pipe = new BodyPipe();
    pipe.write(Buffer.from("body"));
    pipe.end(fields && createHeaders(fields));
    return pipe;
  };

  test.each([
    [["x-secret", "1"], "end x-secret=1 x-up=asked", "end x-down=200"],
    [undefined, "end", "end"],
  ])("of streams: %j", async (fields, up, down) => {
    const { call, handle, send } = setUp(mutations);
    const response = send(textRequest({ headers: { "x-in": "asked" }, body: trailing(fields) }), call);
    const asked = await handle.next();
    asked.answer(textResponse(200, trailing(fields)));
    const seen = [asked.request.body, (await response).body].map((body) => {
      const recorder = bodyRecorder();
      (body as StreamBody).read(recorder);
      return recorder.events;
    });
    expect(seen).toEqual([
      ["chunk body", up],
      ["chunk body", down],
    ]);
  });

  test("and of bodies that are here already", async () => {
    const { call, handle, send } = setUp(mutations);
    const response = send(textRequest(), call);
    const trailers = createHeaders(["x-secret", "1"]);
    (await handle.next()).answer(textResponse(200, { kind: "bytes", bytes: Buffer.from("b"), trailers }));
    expect(await response).toMatchObject({ body: { kind: "bytes" } });
    expect([...trailers]).toEqual([["x-down", "200"]]);
  });
});
