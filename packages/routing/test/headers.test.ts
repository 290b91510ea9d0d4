import { createHeaders, type Headers } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import {
  compileHeaderMutations,
  createRouteTable,
  type HeaderMutations,
  type HeaderToAdd,
  REQUEST_COMMANDS,
  type RouteMatch,
  requestFormat,
} from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { forwarded, routeTo } from "./table-of.ts";

const out = (value: string, action?: HeaderToAdd["action"], keepEmptyValue = false): HeaderToAdd => ({
  name: "x-out",
  value,
  keepEmptyValue,
  ...(action === undefined ? {} : { action }),
});

function changed(mutations: HeaderMutations, flat: string[]): readonly string[] {
  const head = headOf({ headers: flat });
  compileHeaderMutations(mutations, REQUEST_COMMANDS).apply(head.headers, requestFormat(head));
  return head.headers.getAll("x-out");
}

describe("a header to add", () => {
  const client = ["x-out", "c1", "x-out", "c2"];
  test.each<[string, HeaderToAdd[], string[], string[]]>([
    ["append, absent", [out("added")], [], ["added"]],
    ["append, present", [out("added", "append")], client, ["c1", "c2", "added"]],
    ["add-if-absent, absent", [out("added", "add-if-absent")], [], ["added"]],
    ["add-if-absent, present", [out("added", "add-if-absent")], client, ["c1", "c2"]],
    ["overwrite, absent", [out("added", "overwrite")], [], ["added"]],
    ["overwrite, present", [out("added", "overwrite")], client, ["added"]],
    ["overwrite-if-exists, absent", [out("added", "overwrite-if-exists")], [], []],
    ["overwrite-if-exists, present", [out("added", "overwrite-if-exists")], client, ["added"]],
    ["two of one name", [out("1"), out("2")], [], ["1", "2"]],
    [
      "an empty value is dropped, and overwrites nothing",
      [out("%REQ(x-none)%", "overwrite")],
      client,
      ["c1", "c2"],
    ],
    ["an empty value is kept on demand", [out("%REQ(x-none)%", "overwrite", true)], client, [""]],
    ["an empty literal is dropped too", [out("", "overwrite")], client, ["c1", "c2"]],
    ["a missing header inside of text is nothing", [out("[%REQ(x-none)%|x]")], [], ["[|x]"]],
    ["the first of two values", [out("%REQ(X-Out)%!")], client, ["c1", "c2", "c1!"]],
    ["an alternative", [out("%REQ(x-none?x-out)%", "overwrite")], client, ["c1"]],
    ["a percent sign", [out("100%%")], [], ["100%"]],
    [
      "overwriting comes before appending, whatever the order",
      [out("1"), out("2", "overwrite")],
      client,
      ["2", "1"],
    ],
    [
      "values are computed before any is written",
      [out("1", "overwrite"), out("%REQ(x-out)%-", "overwrite")],
      client,
      ["c1-"],
    ],
    [
      "absence is judged before any is written",
      [out("1", "add-if-absent"), out("2", "add-if-absent")],
      [],
      ["1", "2"],
    ],
  ])("%s", (_, add, headers, expected) => {
    expect(changed({ add }, headers)).toEqual(expected);
  });

  test("comes after removals, in any case of the name", () => {
    expect(changed({ remove: ["X-OUT"], add: [out("fresh")] }, client)).toEqual(["fresh"]);
    expect(changed({ remove: ["x-in"], add: [out("got %REQ(x-in)%")] }, ["x-in", "1"])).toEqual(["got "]);
  });

  test("goes out in lower case", () => {
    const headers = createHeaders();
    compileHeaderMutations({ add: [{ name: "X-Big", value: "1" }] }, REQUEST_COMMANDS).apply(
      headers,
      () => undefined,
    );
    expect(headers.flat()).toEqual(["x-big", "1"]);
  });

  test.each([
    [{ add: [{ name: "Host", value: "x" }] }, '"Host" may be neither added nor removed'],
    [{ add: [{ name: ":path", value: "x" }] }, '":path" may be neither added nor removed'],
    [{ remove: ["host"] }, '"host" may be neither added nor removed'],
    [{ remove: [":method"] }, '":method" may be neither added nor removed'],
    [{ remove: [""] }, "the name is empty"],
    [{ add: [{ name: "a", value: "%NOPE%" }] }, "unknown command %NOPE%"],
    [{ add: [{ name: "a", value: "50% off" }] }, "nothing known begins at"],
  ])("%j is refused", (mutations, reason) => {
    expect(() => compileHeaderMutations(mutations, REQUEST_COMMANDS)).toThrow(reason);
  });

  test("prints what it does", () => {
    const plan = compileHeaderMutations(
      { remove: ["A"], add: [out("%REQ(b)%", "overwrite")] },
      REQUEST_COMMANDS,
    );
    expect(String(plan)).toBe('remove a; overwrite x-out "%REQ(b)%"');
    expect(plan.empty).toBe(false);
    expect(compileHeaderMutations({}, REQUEST_COMMANDS).empty).toBe(true);
  });
});

describe("headers of all levels", () => {
  const level = (name: string, remove: string[] = []): HeaderMutations => ({
    remove: [`x-drop-${name}`, ...remove],
    add: [
      { name: "x-level", value: name },
      { name: "x-set", value: name, action: "overwrite" },
    ],
  });
  const both = (mutations: HeaderMutations) => ({ requestHeaders: mutations, responseHeaders: mutations });

  function matchOf(path: string, mostSpecificHeaderMutationsWins: boolean): RouteMatch {
    const table = createRouteTable({
      mostSpecificHeaderMutationsWins,
      ...both(level("config")),
      virtualHosts: [
        {
          name: "v",
          domains: ["*"],
          ...both(level("vhost")),
          routes: [
            routeTo("/route", {}, both(level("route"))),
            routeTo(
              "/weighted",
              {
                clusters: {
                  kind: "weighted",
                  clusters: [
                    { cluster: { kind: "single", name: "a" }, weight: 1, ...both(level("weighted")) },
                  ],
                },
              },
              both({ add: [{ name: "x-level", value: "route" }] }),
            ),
            {
              match: { path: { kind: "prefix", value: "/direct" } },
              action: { kind: "direct-response", status: 200 },
              ...both(level("route")),
            },
            routeTo("/"),
          ],
        },
      ],
    });
    return table.match(headOf({ path }), { random: () => 0 }) as RouteMatch;
  }

  const summary = (headers: Headers): string =>
    `${headers.getAll("x-level").join(" ")} | ${headers.getAll("x-set").join(" ")}`;

  test.each([
    ["/route", false, "route vhost config | config"],
    ["/route", true, "config vhost route | route"],
    ["/weighted", false, "weighted route vhost config | config"],
    ["/weighted", true, "weighted config vhost route | vhost"],
    ["/other", false, "vhost config | config"],
    ["/other", true, "config vhost | vhost"],
  ])("%s, the most specific winning: %j", (path, mostSpecificWins, expected) => {
    const head = headOf({ path });
    const match = forwarded(matchOf(path, mostSpecificWins));
    match.prepareRequest(head, requestFormat(head));
    expect(summary(head.headers)).toBe(expected);
    const response = createHeaders(["x-level", "upstream", "x-set", "upstream"]);
    match.changeResponseHeaders(response, () => undefined);
    expect(summary(response)).toBe(`upstream ${expected}`);
  });

  test.each([
    [false, "route vhost config | config"],
    [true, "config vhost route | route"],
  ])("also change a direct response, the most specific winning: %j", (mostSpecificWins, expected) => {
    const headers = createHeaders();
    matchOf("/direct", mostSpecificWins).changeResponseHeaders(headers, () => undefined);
    expect(summary(headers)).toBe(expected);
  });

  test("see what the levels before have done", () => {
    const head = headOf({
      path: "/route",
      headers: ["x-drop-route", "1", "x-drop-config", "1", "x-other", "1"],
    });
    forwarded(matchOf("/route", false)).prepareRequest(head, requestFormat(head));
    expect([...head.headers].map(([name]) => name)).toEqual([
      "x-other",
      "x-set",
      "x-level",
      "x-level",
      "x-level",
    ]);
  });
});
