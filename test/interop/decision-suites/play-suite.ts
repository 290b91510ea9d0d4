import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../stage/free-port.ts";
import type { SidecarProcess, SidecarProcessOptions } from "../stage/sidecar-process.ts";
import type { TemporaryFolder } from "../stage/temporary-folder.ts";
import { differences } from "./differences.ts";
import { EchoUpstreams } from "./echo-upstreams.ts";
import { exchange } from "./exchange.ts";
import { observeCase } from "./observe-case.ts";
import { type Ports, withPorts, withRepeats } from "./placeholders.ts";
import type { Case, Suite } from "./suite.ts";

/** Starts a proxy on a bootstrap file. */
export type StartProxy = (options: SidecarProcessOptions) => Promise<SidecarProcess>;

/** A copy may reach its upstream after the answer has left. */
const SETTLE_MS = 150;
/** Cases in a row without an answer, after which the rest is given up. */
const MAX_SILENT = 3;

/** Plays the cases of a suite in order. Gives what was not as expected, each with the name of its case. */
export async function playSuite(
  suite: Suite,
  start: StartProxy,
  folder: TemporaryFolder,
): Promise<readonly string[]> {
  await using upstreams = await EchoUpstreams.start(suite.upstreams ?? []);
  const [listener, refused, adminPort] = [await freePort(), await freePort(), await freePort()];
  const ports: Ports = new Map([...upstreams.ports, ["listener", listener], ["refused", refused]]);
  const admin = { address: { socket_address: { address: "127.0.0.1", port_value: adminPort } } };
  const file = { ...withPorts(suite.bootstrap, ports), admin };
  const bootstrap = await folder.write(`${suite.suite}.json`, file);
  await using proxy = await start({ bootstrap, adminPort });
  const found = await playCases(suite, upstreams, ports);
  await proxy.end();
  return found;
}

async function playCases(suite: Suite, upstreams: EchoUpstreams, ports: Ports): Promise<readonly string[]> {
  const found: string[] = [];
  let silent = 0;
  for (const one of suite.cases) {
    try {
      found.push(...(await playCase(suite, one, upstreams, ports)).map((each) => `${one.name}: ${each}`));
      silent = 0;
    } catch (error) {
      found.push(`${one.name}: ${String(error)}`);
      if (++silent === MAX_SILENT) return [...found, "the rest is given up"];
    }
  }
  return found;
}

async function playCase(
  suite: Suite,
  one: Case,
  upstreams: EchoUpstreams,
  ports: Ports,
): Promise<readonly string[]> {
  const { atLeastMs = 0, atMostMs = Number.POSITIVE_INFINITY, settle = suite.settle ?? false } = one;
  upstreams.begin(withRepeats(one.replies));
  const request = withPorts(withRepeats(one.request), ports);
  const exchanged = await exchange(
    ports.get("listener") ?? 0,
    request,
    suite.defaults?.host ?? "vectors.test",
  );
  if (request.raw === undefined && exchanged.answers.length === 0) throw new Error("no answer");
  if (settle !== false) await pause(typeof settle === "number" ? settle : SETTLE_MS);
  const { tookMs } = exchanged;
  const inTime = tookMs >= atLeastMs && tookMs <= atMostMs;
  return [
    ...differences(withRepeats(one.expect), observeCase(suite, one, exchanged, upstreams.seen)),
    ...(inTime ? [] : [`took ${tookMs.toFixed(0)} ms, expected ${atLeastMs} to ${atMostMs} ms`]),
  ];
}
