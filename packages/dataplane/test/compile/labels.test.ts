import { createHeaders } from "@dualmesh/core";
import { requestFormat } from "@dualmesh/routing";
import { textRequest } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { compiled, problems } from "./compile-json.ts";

const LABELS = "dualmesh.labels";
const green = { filter_metadata: { [LABELS]: { lane: "green" } } };
const is = (lane: string) => ({
  filter: LABELS,
  path: [{ key: "lane" }],
  value: { string_match: { exact: lane } },
});

function routes(...all: readonly object[]): object {
  return { name: "r", virtual_hosts: [{ name: "v", domains: ["*"], routes: all }] };
}

test("metadata of routes sets labels, and matchers of it read those that travel with the call", () => {
  const { table } = compiled(
    "routes",
    routes(
      { match: { prefix: "/", dynamic_metadata: [is("green")] }, route: { cluster: "in-lane" } },
      { match: { prefix: "/" }, route: { cluster: "base" }, metadata: green },
    ),
  );
  const { head } = textRequest();
  const match = table.match(head);
  expect(match?.cluster).toBe("base");
  if (match?.kind !== "forward") throw new Error("expected a route that forwards");
  match.prepareRequest(head, requestFormat(head));
  expect(head.headers.get("baggage")).toBe("lane=green");
  expect(table.match({ ...head, headers: createHeaders(["baggage", "lane=green"]) })?.cluster).toBe(
    "in-lane",
  );
});

test.each([
  [
    {
      match: { prefix: "/" },
      route: { cluster: "a" },
      metadata: { filter_metadata: { [LABELS]: { lane: 7 } } },
    },
    'metadata.filter_metadata["dualmesh.labels"].lane: expected text, found 7',
  ],
  [
    {
      match: { prefix: "/", dynamic_metadata: [{ ...is("a"), value: { present_match: true } }] },
      route: { cluster: "a" },
    },
    "match.dynamic_metadata[0]: expected a path of one key and value.string_match: labels are texts",
  ],
])("what no label can be is refused: %#", (route, problem) => {
  expect(problems("routes", routes(route)).join("\n")).toContain(problem);
});
