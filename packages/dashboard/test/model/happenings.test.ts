import { expect, test } from "vitest";
import { type ConfigNode, configNodes } from "../../web/src/model/config-nodes.ts";
import { Happenings } from "../../web/src/model/happenings.ts";
import { edgesAt, type MeshEdge } from "../../web/src/model/mesh-edges.ts";
import { edge, historyOf, report, T0 } from "./reports.ts";

const by = (...ways: readonly ("direct" | "sidecar")[]): readonly MeshEdge[] =>
  edgesAt(historyOf(report({ edges: ways.map((way) => edge({ way })) })).sources, T0);
const RDS = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
const accepted = { typeUrl: RDS, sentVersion: "2", ackedVersion: "2", awaitsAnswer: false };
const refused = { ...accepted, ackedVersion: "1", nackedVersion: "2", error: "a pattern does not close" };

const nodeWith = (...types: readonly (typeof accepted)[]): readonly ConfigNode[] =>
  configNodes(types.map((type) => ({ id: "web-1", cluster: "web", variant: "sotw", types: [type] })));

function sentencesOf(...looks: readonly Partial<Parameters<Happenings["look"]>[0]>[]): readonly string[] {
  const happenings = new Happenings();
  for (const look of looks) happenings.look({ edges: [], nodes: [], isUp: true, ...look }, T0);
  return happenings.list.map(({ sentence }) => sentence);
}

test("a flip is told when it is complete, and not while calls go both ways", () => {
  expect(sentencesOf({ edges: by("direct") })).toEqual([]);
  expect(sentencesOf({ edges: by("direct") }, { edges: by("direct", "sidecar") })).toEqual([]);
  expect(
    sentencesOf({ edges: by("direct") }, { edges: by("direct", "sidecar") }, { edges: by("sidecar") }),
  ).toEqual(["web now calls by its sidecar"]);
  expect(sentencesOf({ edges: by("sidecar") }, { edges: by("direct") })).toEqual([
    "web now calls directly, from inside its process",
  ]);
});

test("a refusal is told once, in the node's own words, and its end as well", () => {
  const look = { nodes: nodeWith(refused) };
  expect(sentencesOf(look, look, { nodes: nodeWith(accepted) })).toEqual([
    "every node has accepted its configuration again",
    "web-1 refused RDS: a pattern does not close",
  ]);
});

test("a control plane that goes and comes is told", () => {
  expect(sentencesOf({}, { isUp: false }, { isUp: false }, {})).toEqual([
    "the control plane answers again",
    "the control plane does not answer",
  ]);
});

test("of several streams of one node the one that is worst off speaks", () => {
  expect(nodeWith(accepted, refused, { ...accepted, awaitsAnswer: true })).toMatchObject([
    { streams: 3, types: [{ name: "RDS", verdict: "NACK", nack: { error: "a pattern does not close" } }] },
  ]);
  expect(nodeWith(accepted, { ...accepted, awaitsAnswer: true })).toMatchObject([
    { types: [{ verdict: "waiting" }] },
  ]);
  expect(nodeWith(accepted)).toMatchObject([{ types: [{ verdict: "ACK", version: "2" }] }]);
});
