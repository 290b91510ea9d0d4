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

/** What a command gives on the way up and on the way down, for a route that rewrites `/old/` to `/new/`. */
async function told(
  command: string,
  request: { path?: string; body?: string; headers?: Record<string, string> },
) {
  const header = { key: "x-told", value: `[${command}]` };
  let up: unknown;
  await using orders = await startUpstream((incoming, response) => {
    up = incoming.headers["x-told"];
    incoming.resume();
    incoming.on("end", () => response.writeHead(201, { "x-up": "said" }).end());
  });
  await using plane = await staticPlane({
    listeners: [
      outboundListener([
        ordersHost([routeTo("a", { prefix_rewrite: "/new" })], {
          request_headers_to_add: [{ header }],
          response_headers_to_add: [{ header }],
        }),
      ]),
    ],
    clusters: [staticCluster("a", [orders.port])],
  });
  const { headers } = await ask(plane, request);
  return [up, headers.get("x-told")];
}

const PATH = { path: "/x?y=1" };
const CAME_REWRITTEN = { ...PATH, headers: { "x-envoy-original-path": "/first?z" } };

test.each([
  ["%PATH%", PATH, ["[/x?y=1]", "[/x?y=1]"]],
  ["%PATH(WQ)%", PATH, ["[/x?y=1]", "[/x?y=1]"]],
  ["%PATH(NQ)%", PATH, ["[/x]", "[/x]"]],
  ["%PATH(NQ:ORIG)%", PATH, ["[]", "[/x]"]],
  ["%PATH(NQ:PATH)%", PATH, ["[/x]", "[/newx]"]],
  ["%PATH(:PATH)%", PATH, ["[/x?y=1]", "[/newx?y=1]"]],
  ["%PATH(WQ:ORIG_OR_PATH)%", CAME_REWRITTEN, ["[/first?z]", "[/x?y=1]"]],
  ["%QUERY_PARAM(q)%", { path: "/?q=%41+b%20c" }, ["[A+b c]", "[A+b c]"]],
  ["%QUERY_PARAM(q)%", { path: "/?a=1&q=2&q=3" }, ["[2]", "[2]"]],
  ["%QUERY_PARAM(q)%", { path: "/?q" }, ["[]", "[]"]],
  ["%QUERY_PARAM(q)%", { path: "/?Q=1" }, ["[]", "[]"]],
  ["%QUERY_PARAM(q)%", { path: "/?q=a%0d%0ax-evil:1" }, ["[]", "[]"]],
  ["%RESP(x-up)%", {}, ["[]", "[said]"]],
  ["%RESP(:status)%", {}, ["[]", "[201]"]],
  ["%BYTES_RECEIVED%", {}, ["[0]", "[0]"]],
  ["%BYTES_RECEIVED%", { body: "hello" }, ["[0]", "[5]"]],
  ['%UPSTREAM_METADATA(["ns", "key"])%', {}, ["[]", "[]"]],
])("%s of %j", async (command, request, expected) => {
  expect(await told(command, request)).toEqual(expected);
});
