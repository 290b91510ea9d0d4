import { describe, expect, test } from "vitest";
import { requestFormat } from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { forwarded, routeTo, tableOf } from "./table-of.ts";

function baggageOf(
  table: ReturnType<typeof tableOf>,
  headers: readonly string[] = [],
  draw = 0,
): readonly string[] {
  const head = headOf({ headers: [...headers] });
  forwarded(table.match(head, { random: () => draw })).prepareRequest(head, requestFormat(head));
  return head.headers.getAll("baggage");
}

describe("labels that a route sets", () => {
  const green = tableOf([routeTo("/", {}, { setLabels: { lane: "green" } })]);

  test.each([
    [[], "lane=green"],
    [["baggage", "user=7"], "user=7,lane=green"],
    [["baggage", "lane=red;ttl=1,user=7"], "user=7,lane=green"],
    [["baggage", "lane=red", "Baggage", "user=7, lane=blue"], "user=7,lane=green"],
  ])("take the place of what travels with the request %j: %s", (headers, expected) => {
    expect(baggageOf(green, headers)).toEqual([expected]);
  });

  test("may come from the request; what gives nothing changes nothing", () => {
    const table = tableOf([routeTo("/", {}, { setLabels: { lane: "%REQ(x-lane)%" } })]);
    expect(baggageOf(table, ["x-lane", "dev 7,x"])).toEqual(["lane=dev%207%2Cx"]);
    expect(baggageOf(table, ["baggage", "lane=red"])).toEqual(["lane=red"]);
  });

  test("are the weighted cluster's, then the route's, then the virtual host's", () => {
    const cluster = (name: string, version?: string) => ({
      cluster: { kind: "single", name } as const,
      weight: 50,
      ...(version === undefined ? {} : { setLabels: { version } }),
    });
    const table = tableOf([], {
      virtualHosts: [
        {
          name: "all",
          domains: ["*"],
          setLabels: { version: "host", zone: "host", app: "host" },
          routes: [
            routeTo(
              "/",
              { clusters: { kind: "weighted", clusters: [cluster("a"), cluster("b", "canary")] } },
              { setLabels: { version: "route", zone: "route" } },
            ),
          ],
        },
      ],
    });
    expect(baggageOf(table, [], 0)).toEqual(["version=route,zone=route,app=host"]);
    expect(baggageOf(table, [], 0.9)).toEqual(["version=canary,zone=route,app=host"]);
  });

  test("have names that baggage can hold", () => {
    expect(() => tableOf([routeTo("/", {}, { setLabels: { "a b": "x" } })])).toThrow(
      'labels: "a b" is no name of a label',
    );
  });
});

test("a label leads to a route, and those without it go the common way", () => {
  const table = tableOf([
    {
      match: {
        path: { kind: "prefix", value: "/" },
        labels: [{ name: "lane", value: { kind: "exact", value: "green" } }],
      },
      action: { kind: "forward", clusters: { kind: "single", name: "orders-green" } },
    },
    routeTo("/"),
  ]);
  const clusterOf = (baggage: string): string =>
    forwarded(table.match(headOf({ headers: ["baggage", baggage] }))).cluster;
  expect(["lane=green", "x=1, lane = green ;p", "lane=red", "lanes=green", ""].map(clusterOf)).toEqual([
    "orders-green",
    "orders-green",
    "a",
    "a",
    "a",
  ]);
});
