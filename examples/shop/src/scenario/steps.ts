import type { SidecarOwner } from "../cast.ts";
import { routesWithBrokenPattern, routesWithUnknownCluster } from "../mesh/mesh-files.ts";
import type { Flow } from "../watch/flow.ts";
import { sidecarShare } from "../watch/sidecar-share.ts";
import type { Stage } from "./stage.ts";

/** One step of the script. It holds if it ends without an error, and no call was lost or in doubt meanwhile. */
export interface Step {
  readonly title: string;
  readonly play: (stage: Stage) => Promise<void>;
}

/** The script. Each step begins where the one before ended. */
export const STEPS: readonly Step[] = [
  { title: "all calls direct", play: allDirect },
  { title: "weights 90/10, then 0/100, live", play: shiftWeights },
  { title: "flip to sidecars and back", play: flip },
  { title: "SIGKILL sidecars", play: killSidecars },
  { title: "SIGSTOP sidecars", play: stopSidecars },
  { title: "they return and are taken again", play: resumeSidecars },
  { title: "a broken configuration arrives", play: breakConfiguration },
  { title: "control plane killed and back", play: loseControlPlane },
];

async function allDirect(stage: Stage): Promise<void> {
  stage.say(
    "There is no sidecar. web asks orders-v1 by HTTP, orders-v1 asks inventory by gRPC, each from inside its own process.",
  );
  await stage.expectSteady("no call meets a sidecar", (flow) =>
    SIDECARS.every((owner) => isDirect(flow, owner)),
  );
}

async function shiftWeights(stage: Stage): Promise<void> {
  stage.say("orders-v2 gets its sidecar, and then a tenth of the calls.");
  await stage.shop.startSidecar("orders-v2");
  await stage.shop.setWeights({ v1: 90, v2: 10 });
  const tenth = await stage.expectFlow("a tenth for v2", (flow) => between(share(flow), 0, 0.3));
  stage.say(`v2 answered ${percent(share(tenth))} of ${tenth.answered} calls. Now all of them.`);
  await stage.shop.setWeights({ v1: 0, v2: 100 });
  await stage.expectFlow(
    "all for v2, through its sidecar",
    (flow) => flow.v1 === 0 && isBySidecar(flow, "orders-v2"),
  );
}

async function flip(stage: Stage): Promise<void> {
  stage.say("Half for each version. web gets a sidecar, and a runtime key moves its calls there.");
  await stage.shop.setWeights({ v1: 50, v2: 50 });
  await stage.shop.startSidecar("web");
  await stage.shop.setSidecarPercent(100);
  await stage.expectFlow("web leaves by its sidecar", (flow) => isBySidecar(flow, "web"));
  await stage.expectOnDashboard("web", "sidecar");
  stage.say(
    "A provider flips: orders-v1 gets a sidecar, is called through it, and loses it again in an orderly way.",
  );
  await stage.shop.startSidecar("orders-v1");
  await stage.expectFlow("orders-v1 is called through its sidecar", (flow) => isBySidecar(flow, "orders-v1"));
  await stage.sidecar("orders-v1").end();
  await stage.expectFlow(
    "orders-v1 is called directly",
    (flow) => flow.v1 > 0 && isDirect(flow, "orders-v1"),
  );
  stage.say("The key moves web back into its own process, and once more to the sidecar.");
  await stage.shop.setSidecarPercent(0);
  await stage.expectFlow("web leaves directly", (flow) => isDirect(flow, "web"));
  await stage.expectOnDashboard("web", "direct");
  await stage.shop.setSidecarPercent(100);
  await stage.expectFlow("web leaves by its sidecar", (flow) => isBySidecar(flow, "web"));
}

async function killSidecars(stage: Stage): Promise<void> {
  stage.say("The sidecar of web is killed under load: its calls go on in process. Then that of orders-v2.");
  await stage.sidecar("web").kill();
  await stage.expectSteady("web leaves directly", (flow) => isDirect(flow, "web"));
  await stage.sidecar("orders-v2").kill();
  await stage.expectSteady(
    "orders-v2 is called directly",
    (flow) => flow.v2 > 0 && isDirect(flow, "orders-v2"),
  );
  stage.say("New ones are started, and found.");
  await Promise.all([stage.shop.startSidecar("web"), stage.shop.startSidecar("orders-v2")]);
  await stage.expectFlow("both are taken again", (flow) =>
    FLIPPING.every((owner) => isBySidecar(flow, owner)),
  );
}

async function stopSidecars(stage: Stage): Promise<void> {
  stage.say(
    "The same with SIGSTOP: they keep their connections and answer nothing, which only a ping can see.",
  );
  stage.sidecar("web").stop();
  await stage.expectFlow("web leaves directly", (flow) => isDirect(flow, "web"));
  stage.sidecar("orders-v2").stop();
  await stage.expectFlow(
    "orders-v2 is called directly",
    (flow) => flow.v2 > 0 && isDirect(flow, "orders-v2"),
  );
}

async function resumeSidecars(stage: Stage): Promise<void> {
  stage.say("SIGCONT.");
  for (const owner of FLIPPING) stage.shop.sidecar(owner)?.resume();
  await stage.expectFlow("both are taken again", (flow) =>
    FLIPPING.every((owner) => isBySidecar(flow, owner)),
  );
}

async function breakConfiguration(stage: Stage): Promise<void> {
  const { shop } = stage;
  const asBefore = (flow: Flow): boolean =>
    isHalf(flow) && FLIPPING.every((owner) => isBySidecar(flow, owner));
  const wanted = { v1: 100, v2: 0 };
  for (const [what, text, reason] of [
    ["Everything for v1, and a cluster that does not exist.", routesWithUnknownCluster(wanted), "orders-v3"],
    ["Everything for v1, and a pattern that does not close.", routesWithBrokenPattern(wanted), "/order("],
  ] as const) {
    stage.say(what);
    await shop.mesh.write("routes.yaml", text);
    const refusal = await stage.findRefusal(reason);
    stage.say(`refused by ${refusal.by}: ${refusal.reason}`);
    await stage.expectSteady("nothing changes", asBefore);
  }
  await shop.setWeights(shop.weights);
  await stage.until("all is well again", async () => (await shop.admin.refusals()).length === 0);
}

async function loseControlPlane(stage: Stage): Promise<void> {
  const { shop } = stage;
  stage.say("The control plane is killed; what was learned from it goes on.");
  await shop.controlPlane?.kill();
  await stage.expectSteady("half for each version", (flow) => isHalf(flow));
  stage.say("While it is away, the weights become 0/100. It returns.");
  await shop.setWeights({ v1: 0, v2: 100 });
  await shop.startControlPlane();
  await stage.expectFlow("all for v2", (flow) => flow.v1 === 0);
}

const SIDECARS: readonly SidecarOwner[] = ["web", "orders-v1", "orders-v2"];
/** Those whose sidecars are there from the third step on. */
const FLIPPING: readonly SidecarOwner[] = ["web", "orders-v2"];

/** Not a single call met the sidecar of a workload. */
function isDirect(flow: Flow, owner: SidecarOwner): boolean {
  return flow.left[owner] === 0 && flow.arrived[owner] === 0;
}

/** All calls of a workload went through its sidecar, both those that it made and those that it got. */
function isBySidecar(flow: Flow, owner: SidecarOwner): boolean {
  const isCalled = owner !== "web";
  return sidecarShare(flow, owner, "left") === 1 && (!isCalled || sidecarShare(flow, owner, "arrived") === 1);
}

/** The part of the answers that is v2's. */
function share({ v1, v2 }: Flow): number {
  return v2 / (v1 + v2);
}

/** Of a hundred calls, chance alone takes five away from the half; five times that happens once in a million looks. */
function isHalf(flow: Flow): boolean {
  return between(share(flow), 0.25, 0.75);
}

function between(value: number, low: number, high: number): boolean {
  return value > low && value < high;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
}
