import { manualClock } from "@dualmesh/testkit";
import { bootstrap, clusterJson, listenerJson } from "../bootstrap.ts";
import { startSidecar } from "../start-sidecar.ts";
import { startUpstream } from "../upstream.ts";

/** A sidecar whose listener `in` has these filter chains, on a clock that a test moves. */
export async function openListener(filter_chains: readonly object[], more: object = {}) {
  const upstream = await startUpstream();
  const clock = manualClock();
  const started = await startSidecar({
    clock,
    bootstrap: bootstrap({
      listeners: [listenerJson("in", { filter_chains, ...more })],
      clusters: [clusterJson("app", upstream.port)],
    }),
  });
  await started.sidecar.ready;
  return { ...started, clock, upstream, to: started.addressOf("in") };
}
