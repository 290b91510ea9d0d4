/** How many endpoints a priority has. */
export interface LevelCounts {
  readonly total: number;
  readonly healthy: number;
  readonly degraded: number;
}

/** What a priority gets of all calls, in whole percent. */
export interface LevelLoad {
  /** For its healthy endpoints; in panic for all of them. */
  readonly healthyPercent: number;
  /** For its degraded endpoints; in panic for all of them. */
  readonly degradedPercent: number;
  /** So few are fit that health no longer counts: better an endpoint that may be broken than a fit one that drowns. */
  readonly panic: boolean;
}

export interface PriorityLoadOptions {
  /** A priority whose fit share times this reaches 100 % takes all: 140 means 72 % fit is enough. */
  readonly overprovisioningFactorPercent: number;
  /** Below this share of fit endpoints a priority panics; 0: never. */
  readonly panicThresholdPercent: number;
}

/**
 * Divides 100 % of the calls among priorities, in integers and with Envoy's rounding, so that the figures agree.
 *
 * Each priority offers `factor × fit / total`, at most 100. Offers that sum up to less than 100 are scaled up. Healthy
 * offers are taken in order of priority, then degraded ones; what rounding leaves goes to the first that is available.
 * A priority panics only where the offers do not cover everything: as long as they do, its calls go elsewhere. Once all
 * panic, calls are divided by the number of endpoints.
 *
 * @see Envoy, "Load balancing", priority levels, panic threshold
 */
export function priorityLoads(levels: readonly LevelCounts[], options: PriorityLoadOptions): LevelLoad[] {
  const { overprovisioningFactorPercent: factor, panicThresholdPercent: threshold } = options;
  const healthy = levels.map((level) => offer(level.healthy, level.total, factor));
  const degraded = levels.map((level) => offer(level.degraded, level.total, factor));
  const available = Math.min(100, sum(healthy) + sum(degraded));
  const panic = levels.map((level) => available < 100 && fitPercent(level) < threshold);

  if (panic.every((panics) => panics)) return byNumber(levels);
  // Nothing is fit and nothing may panic: a load for nobody.
  if (available === 0) return levels.map(() => ({ healthyPercent: 0, degradedPercent: 0, panic: false }));

  const healthyLoads = take(healthy, 100, available);
  const degradedLoads = take(degraded, 100 - sum(healthyLoads), available);
  const rest = 100 - sum(healthyLoads) - sum(degradedLoads);
  const firstHealthy = healthy.findIndex((percent) => percent > 0);
  if (firstHealthy >= 0) healthyLoads[firstHealthy] = (healthyLoads[firstHealthy] as number) + rest;
  else {
    const first = degraded.findIndex((percent) => percent > 0);
    degradedLoads[first] = (degradedLoads[first] as number) + rest;
  }
  return levels.map((_, i) => ({
    healthyPercent: healthyLoads[i] as number,
    degradedPercent: degradedLoads[i] as number,
    panic: panic[i] as boolean,
  }));
}

function offer(fit: number, total: number, factor: number): number {
  return total === 0 ? 0 : Math.min(100, Math.floor((factor * fit) / total));
}

function fitPercent({ healthy, degraded, total }: LevelCounts): number {
  return total === 0 ? 0 : (100 * (healthy + degraded)) / total;
}

function take(offers: readonly number[], load: number, available: number): number[] {
  let left = load;
  return offers.map((percent) => {
    const taken = Math.min(left, Math.floor((percent * 100) / available));
    left -= taken;
    return taken;
  });
}

/** The division in which health no longer counts. */
function byNumber(levels: readonly LevelCounts[]): LevelLoad[] {
  const all = sum(levels.map((level) => level.total));
  const loads = levels.map((level) => (all === 0 ? 0 : Math.floor((100 * level.total) / all)));
  const first = levels.findIndex((level) => level.total > 0);
  if (first >= 0) loads[first] = (loads[first] as number) + 100 - sum(loads);
  return loads.map((load) => ({ healthyPercent: load, degradedPercent: 0, panic: true }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
