/**
 * The floors of the house, lowest first. An arrow goes only downwards: a package may import every package of the floors
 * below its own, and of its own floor only what `beside` names.
 */
export interface Floor {
  readonly packages: readonly string[];
  readonly beside?: Readonly<Record<string, readonly string[]>>;
}

export const FLOORS: readonly Floor[] = [
  /* 0 */ {
    packages: ["core", "matching", "envoy-api"],
    beside: { matching: ["core"], "envoy-api": ["core"] },
  },
  /* 1 */ {
    packages: [
      "codecs",
      "load-balancer",
      "rate-limiter",
      "circuit-breaker",
      "retry",
      "routing",
      "auth",
      "telemetry",
    ],
  },
  /* 2 */ { packages: ["xds", "rpc", "family", "registry", "wasm"] },
  /* 3 */ { packages: ["dataplane"] },
  /* 4 */ { packages: ["sdk", "sidecar", "control-plane"] },
  /* 5 */ { packages: ["cli", "dashboard"] },
  /* 6 */ { packages: ["examples"] },
];

/** Stands beside floor 0, which it may import. Tests and benchmarks of every package may import it, sources never. */
export const TESTKIT = "testkit";

/** The floor of a package's folder name; -1 for one that the table does not know. */
export function floorOf(folder: string): number {
  return FLOORS.findIndex((floor) => floor.packages.includes(folder));
}

/** Whether the sources of one package may import the other. Folder names; every example is `examples`. */
export function mayImport(from: string, to: string): boolean {
  if (to === TESTKIT) return false;
  if (from === TESTKIT) return floorOf(to) === 0;
  const floor = FLOORS[floorOf(from)];
  if (floor === undefined || floorOf(to) < 0) return false;
  return floorOf(to) < floorOf(from) || (floor.beside?.[from] ?? []).includes(to);
}
