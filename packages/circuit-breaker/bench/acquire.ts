// What a ticket costs: node --conditions=@dualmesh/source bench/acquire.ts
import { createClusterThresholds } from "../src/index.ts";

const loop = 1_000_000;

/** The median of nine rounds, so that a pause of the collector does not count. */
function medianNs(step: () => void): string {
  const figures = Array.from({ length: 9 }, () => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < loop; i++) step();
    return Number(process.hrtime.bigint() - start) / loop;
  });
  return (figures.sort((a, b) => a - b)[4] as number).toFixed(0);
}

const free = createClusterThresholds();
const full = createClusterThresholds({ default: { maxRequests: 0 } });

console.log(`node ${process.version}`);
console.log(`acquire + complete: ${medianNs(() => free.complete(free.tryAcquireRequest("default")))} ns`);
console.log(`refusal: ${medianNs(() => full.tryAcquireRequest("default"))} ns`);
