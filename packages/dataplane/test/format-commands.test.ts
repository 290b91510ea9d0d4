import { hostname } from "node:os";
import { createCall } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import { DYNAMIC_METADATA, FILTER_STATE } from "../src/call-facts.ts";
import { DOWNSTREAM } from "../src/index.ts";
import { ask } from "./ask.ts";
import { compiled } from "./compile/compile-json.ts";
import {
  ordersHost,
  outboundListener,
  routeTo,
  startUpstream,
  staticCluster,
  staticPlane,
} from "./static-plane.ts";

const added = (value: string): object[] => [{ header: { key: "x-value", value: `[${value}]` } }];

/** What a token may say of its user. */
const CLAIMS = { name: "王", names: ["Zoë"], evil: "a\r\nx-evil: 1" };

/** As a program sees fields: one character for each byte. */
const bytesOf = (text: string): string => Buffer.from(text).toString("latin1");

/** A value as the upstream sees it, as the client sees it, and as a direct response has it for its body. */
async function evaluated(value: string): Promise<(string | undefined)[]> {
  let up: string | undefined;
  await using upstream = await startUpstream((request, response) => {
    up = request.headers["x-value"] as string | undefined;
    response.setHeader("x-served-by", "orders-1");
    response.end();
  });
  const body_format = { text_format_source: { inline_string: value } };
  await using plane = await staticPlane({
    listeners: [
      outboundListener([
        ordersHost([
          { name: "direct", match: { prefix: "/direct" }, direct_response: { status: 200, body_format } },
          routeTo(
            "a",
            {},
            { name: "all", request_headers_to_add: added(value), response_headers_to_add: added(value) },
          ),
        ]),
      ]),
    ],
    clusters: [staticCluster("a", [upstream.port])],
  });
  const call = () => {
    const one = createCall();
    const remote = {
      remoteAddress: "10.1.2.3",
      remotePort: 5,
      serverName: "sni.test",
      clientCertificate: "none",
    } as const;
    one.set(DYNAMIC_METADATA, new Map([["jwt", CLAIMS]]));
    one.set(FILTER_STATE, new Map([["user", "Zoë"]]));
    one.set(DOWNSTREAM, { ...remote, localAddress: "127.0.0.1", localPort: 80, encrypted: false });
    return one;
  };
  const headers = [
    ...["x-a", "alpha", "x-empty", "", "x-twice", "1", "x-twice", "2"],
    ...["x-request-id", "an-id", "x-envoy-original-path", "/orig?z=1"],
  ];
  const query = "q=quux&q=2&e=&p=a%20b";
  const { headers: fields } = await ask(plane, { path: `/f?${query}`, headers }, { call: call() });
  const { text } = await ask(plane, { path: `/direct?${query}`, headers }, { call: call() });
  const port = String(upstream.port);
  return [up, fields.get("x-value"), text].map((one) => one?.replace(port, "PORT"));
}

// As Envoy 1.40 answered them.
test.each<[string, string, (string | undefined)?, string?]>([
  ["%REQ(x-a)%", "alpha"],
  ["%REQUEST_HEADER(x-nope?x-a):2%", "al"],
  ["%REQ(x-empty?x-a)%", ""],
  ["%REQ(x-twice)%", "1"],
  ["%REQ(x-nope)%", "", "", "-"],
  ["%REQ(host)% %REQ(:method)% %REQ(:scheme)%", "orders.test GET http"],
  ["%RESP(x-served-by)%", "", "orders-1", "-"],
  ["%RESPONSE_HEADER(x-nope?x-served-by)%", "", "orders-1", "-"],
  ["%RESP(:status)%", "", "200", "-"],
  ["%TRAILER(x)%%RESPONSE_TRAILER(x)%", "", "", "--"],
  ["%LOCAL_REPLY_BODY%", "", "", ""],
  ["%PATH%", "/orig?z=1"],
  ["%PATH(NQ)%", "/orig"],
  ["%PATH(NQ:ORIG)%", "/orig"],
  ["%PATH(WQ:PATH)%", "/f?q=quux&q=2&e=&p=a%20b", undefined, "/direct?q=quux&q=2&e=&p=a%20b"],
  ["%PATH(NQ:PATH):3%", "/f", undefined, "/di"],
  ["%QUERY_PARAM(q)%", "quux"],
  ["%QUERY_PARAM(q):1%", "q"],
  ["%QUERY_PARAM(e)%", ""],
  ["%QUERY_PARAM(p)%", "a b"],
  ["%QUERY_PARAM(Q)%", "", "", "-"],
  ["%QUERY_PARAMS%", "q=quux&q=2&e=&p=a%20b"],
  ["%PROTOCOL%", "HTTP/1.1"],
  ["%STREAM_ID%", "an-id"],
  ["%ROUTE_NAME%", "all", undefined, "direct"],
  ["%UPSTREAM_CLUSTER% %UPSTREAM_CLUSTER_RAW%", "a a", undefined, "- -"],
  ["%UPSTREAM_REQUEST_ATTEMPT_COUNT%", "1", undefined, "0"],
  ["%UPSTREAM_HOST%", "", "127.0.0.1:PORT", "-"],
  ["%UPSTREAM_HOST_NAME%", "", "127.0.0.1:PORT", "-"],
  ["%UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%", "", "127.0.0.1", "-"],
  ["%UPSTREAM_REMOTE_PORT%", "", "PORT", "-"],
  ["%DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_REMOTE_PORT%", "10.1.2.3:5 5"],
  ["%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%", "10.1.2.3"],
  ["%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT% %DOWNSTREAM_DIRECT_LOCAL_PORT%", "127.0.0.1 80"],
  ["%REQUESTED_SERVER_NAME%", "sni.test"],
  ["%HOSTNAME%", hostname()],
  ["%RESPONSE_CODE%", "0", "200", "0"],
  ["%RESPONSE_FLAGS%", "-"],
  ["%RESPONSE_CODE_DETAILS%", "", "via_upstream", "-"],
  ["%DYNAMIC_METADATA(jwt:name)%", bytesOf("王"), bytesOf("王"), "王"],
  ["%DYNAMIC_METADATA(jwt:names)%", bytesOf('["Zoë"]'), bytesOf('["Zoë"]'), '["Zoë"]'],
  ["%FILTER_STATE(user)%", bytesOf("Zoë"), bytesOf("Zoë"), "Zoë"],
  ["%DYNAMIC_METADATA(jwt:evil)%", "", "", "-"],
  ["%DYNAMIC_METADATA(a:b)%%METADATA(ROUTE:a)%%FILTER_STATE(a)%", "", "", "---"],
])(
  "%s is %j on its way up, %j on its way down, and %j in a body",
  async (value, up, down = up, body = up) => {
    expect(await evaluated(value)).toEqual([`[${up}]`, `[${down}]`, body]);
  },
);

test("times are of the moment that they name", async () => {
  const shape = /^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \d+ \d+ [0-9a-f-]{36}\]$/;
  const [up, down] = await evaluated("%START_TIME% %START_TIME(%s)% %DURATION% %UNIQUE_ID%");
  expect(up).toMatch(shape);
  expect(down).toMatch(shape);
  expect((await evaluated("%EMIT_TIME(%Y)%"))[2]).toBe(String(new Date().getUTCFullYear()));
});

describe("what cannot be answered is refused by name", () => {
  test.each([
    ["%CONNECTION_ID%", "unknown command %CONNECTION_ID%"],
    ["%DOWNSTREAM_PEER_SUBJECT%", "unknown command %DOWNSTREAM_PEER_SUBJECT%"],
    ["%BYTES_SENT%", "unknown command %BYTES_SENT%"],
    ["%TRACE_ID%", "unknown command %TRACE_ID%"],
    ["%REQ_WITHOUT_QUERY(:path)%", "unknown command %REQ_WITHOUT_QUERY(:path)%"],
    ["%REQ%", "%REQ% does not say of what"],
    ["%QUERY_PARAM()%", "%QUERY_PARAM()% does not say of what"],
    ["%ENVIRONMENT(HOME)%", "unknown command %ENVIRONMENT(HOME)%"],
  ])("%s", (value, reason) => {
    const route = routeTo("a", {}, { request_headers_to_add: added(value) });
    const json = { name: "r", virtual_hosts: [{ name: "v", domains: ["*"], routes: [route] }] };
    expect(() => compiled("routes", json)).toThrow(reason);
  });
});
