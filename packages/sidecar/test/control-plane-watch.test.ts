import { manualClock } from "@dualmesh/testkit";
import type { ConnectionStatus, XdsClient } from "@dualmesh/xds";
import { expect, test } from "vitest";
import { watchControlPlane } from "../src/control-plane-watch.ts";

test("each change is told once, however long it lasts", () => {
  const clock = manualClock();
  const target = "10.0.0.1:18000";
  let connection: ConnectionStatus = { target, state: "connecting", answered: false };
  // Of a client only what is looked at.
  const client = {
    status: () => ({ nodeId: "a", connections: [connection], types: [] }),
  } as unknown as XdsClient;
  const said: string[] = [];
  using watch = watchControlPlane(client, clock, ({ message }) => said.push(message));
  clock.advance(5_000);
  expect([said, watch.trouble]).toEqual([[], undefined]);
  connection = {
    target,
    state: "waiting",
    answered: false,
    lastEnd: "UNAVAILABLE: refused. Resolution note: ",
  };
  clock.advance(5_000);
  const trouble = `the control plane at ${target} cannot be reached: UNAVAILABLE: refused`;
  expect([said, watch.trouble]).toEqual([[`${trouble}; trying on`], trouble]);
  connection = { target, state: "open", answered: true, lastEnd: "UNAVAILABLE: refused" };
  clock.advance(5_000);
  expect([said.length, said.at(-1), watch.trouble]).toEqual([
    2,
    "the control plane answers again",
    undefined,
  ]);
});

test("a stream that ended after it had answered is no trouble until the next one fails", () => {
  const clock = manualClock();
  const connection: ConnectionStatus = { target: "a", state: "open", answered: true, lastEnd: "OK" };
  const client = {
    status: () => ({ nodeId: "a", connections: [connection], types: [] }),
  } as unknown as XdsClient;
  const said: string[] = [];
  using watch = watchControlPlane(client, clock, ({ message }) => said.push(message));
  clock.advance(5_000);
  expect([said, watch.trouble]).toEqual([[], undefined]);
});
