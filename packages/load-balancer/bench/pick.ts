// What a pick costs, and an update of many endpoints: node --conditions=@dualmesh/source bench/pick.ts
import { createLoadBalancer, type Endpoint, type Policy } from "../src/index.ts";

const NOW = { nowMs: 0 };
const policies: readonly Policy[] = [{ kind: "round-robin" }, { kind: "least-request" }, { kind: "random" }];

function endpoints(count: number, weighted: boolean): Endpoint[] {
  return Array.from({ length: count }, (_, i) => ({
    key: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:8080`,
    ...(weighted ? { weight: (i % 7) + 1 } : {}),
  }));
}

/** The median of nine rounds, so that a pause of the collector does not count. */
function median(round: () => number): number {
  const figures = Array.from({ length: 9 }, round).sort((a, b) => a - b);
  return figures[4] as number;
}

function pickNs(policy: Policy, list: readonly Endpoint[]): number {
  const balancer = createLoadBalancer({ policy });
  balancer.update(list);
  const loop = 300_000;
  return median(() => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < loop; i++) balancer.complete(balancer.pickIndex(NOW), undefined, 0);
    return Number(process.hrtime.bigint() - start) / loop;
  });
}

function updateMs(policy: Policy, list: readonly Endpoint[]): number {
  const balancer = createLoadBalancer({ policy });
  return median(() => {
    const start = process.hrtime.bigint();
    balancer.update(list);
    balancer.complete(balancer.pickIndex(NOW), undefined, 0);
    return Number(process.hrtime.bigint() - start) / 1e6;
  });
}

console.log(`node ${process.version}`);
for (const policy of policies) {
  for (const weighted of [false, true]) {
    const name = `${policy.kind}${weighted ? ", weighted" : ""}`;
    const few = pickNs(policy, endpoints(10, weighted)).toFixed(0);
    const many = pickNs(policy, endpoints(10_000, weighted)).toFixed(0);
    const update = updateMs(policy, endpoints(10_000, weighted)).toFixed(1);
    console.log(
      `${name}: pick + complete ${few} ns of 10, ${many} ns of 10,000; update of 10,000 ${update} ms`,
    );
  }
}
