/**
 * What reading and writing cost, against protobufjs (reflection: code made from strings when first used).
 *
 * Both sides in turns, in one process, after warming up; the median of the ratios is what to look at.
 * `node --conditions=@dualmesh/source packages/envoy-api/bench/decode.ts`
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { create, decode, encode, type Message } from "@dualmesh/envoy-api";
import { parseProtos } from "../scripts/parse-protos.ts";

const rounds = 120;
const warmUp = 40;

function assignment(endpoints: number): Message<"envoy.config.endpoint.v3.ClusterLoadAssignment"> {
  return create("envoy.config.endpoint.v3.ClusterLoadAssignment", {
    cluster_name: "orders",
    endpoints: [
      {
        locality: { region: "eu", zone: "a" },
        lb_endpoints: Array.from({ length: endpoints }, (_, at) => ({
          endpoint: {
            address: {
              socket_address: { address: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`, port_value: 8080 },
            },
          },
          health_status: "HEALTHY" as const,
          load_balancing_weight: (at % 100) + 1,
        })),
      },
    ],
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function time(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function compare(what: string, ours: () => unknown, theirs: () => unknown): void {
  const pairs = Array.from({ length: rounds }, () => [time(ours), time(theirs)] as const).slice(warmUp);
  const oursMs = median(pairs.map(([ms]) => ms)).toFixed(2);
  const theirsMs = median(pairs.map(([, ms]) => ms)).toFixed(2);
  const ratio = median(pairs.map(([a, b]) => a / b)).toFixed(2);
  console.log(`${what.padEnd(28)} ${oursMs} ms, protobufjs ${theirsMs} ms, ratio ${ratio}`);
}

const deps = join(dirname(createRequire(import.meta.url).resolve("@grpc/grpc-js-xds/package.json")), "deps");
const root = parseProtos(deps, join(import.meta.dirname, "../proto"));
const name = "envoy.config.endpoint.v3.ClusterLoadAssignment";
const type = root.lookupType(name);

for (const count of [10, 1_000, 10_000]) {
  const message = assignment(count);
  const bytes = encode(name, message);
  const theirs = type.decode(bytes);
  const repeat = Math.max(1, Math.floor(10_000 / count));
  const often = (run: () => unknown) => (): void => {
    for (let at = 0; at < repeat; at++) run();
  };
  const label = `${count} endpoints × ${repeat}`;
  compare(
    `decode ${label}`,
    often(() => decode(name, bytes)),
    often(() => type.decode(bytes)),
  );
  compare(
    `encode ${label}`,
    often(() => encode(name, message)),
    often(() => type.encode(theirs).finish()),
  );
}
