import type { LevelStatus } from "./picker-table.ts";
import type { Policy } from "./policy.ts";

/**
 * ```text
 * round-robin, 5 endpoints
 *   P0 70 %: 1 of 2 healthy
 *   P1 30 %: 1 of 3 healthy, 1 degraded, panic
 * ```
 */
export function describeBalancer(policy: Policy, levels: readonly LevelStatus[]): string {
  const total = levels.reduce((sum, level) => sum + level.total, 0);
  return [`${policy.kind}, ${total} endpoint${total === 1 ? "" : "s"}`, ...levels.map(describeLevel)].join(
    "\n  ",
  );
}

function describeLevel(level: LevelStatus): string {
  const { priority, total, healthy, degraded, healthyPercent, degradedPercent, panic } = level;
  let text = `P${priority} ${healthyPercent + degradedPercent} %: ${healthy} of ${total} healthy`;
  if (degraded > 0) text += `, ${degraded} degraded`;
  if (panic) text += ", panic";
  return text;
}
