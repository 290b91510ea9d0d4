import { TYPE_URL } from "@dualmesh/envoy-api";
import { type ManualClock, manualClock } from "@dualmesh/testkit";
import {
  type ConfigChange,
  type ConfigView,
  type ConfigViewOptions,
  createConfigView,
} from "../src/index.ts";
import { turn } from "./client-peer.ts";
import { type ManualSource, manualSource } from "./manual-source.ts";
import { type Cluster, type Listener, type Route, sampleTypes } from "./sample-types.ts";

const { CDS, EDS, LDS, RDS } = TYPE_URL;

/** A view over a source that the test speaks for. */
export interface ViewFixture {
  readonly clock: ManualClock;
  readonly source: ManualSource;
  readonly view: ConfigView;
  /** The changes of each snapshot: `+Cluster a`, `-Cluster a`, `~Cluster a`, with `!` for a failure. */
  readonly published: string[][];
  /** l → r → a → a, all there; forgets what was published. */
  start(): Promise<void>;
}

/** A view of the listener "l", unless a test wants another. */
export function viewFixture(options: Partial<ConfigViewOptions> = {}): ViewFixture {
  const clock = manualClock();
  const source = manualSource([LDS, RDS, CDS, EDS]);
  const view = createConfigView({
    source,
    types: sampleTypes,
    roots: [{ kind: "named", typeUrl: LDS, name: "l" }],
    clock,
    ...options,
  });
  const published: string[][] = [];
  view.subscribe((_, changes) => published.push(changes.map(print).sort()));
  return {
    clock,
    source,
    view,
    published,
    async start() {
      source.put(LDS, "l", listenerOf("r"));
      source.put(RDS, "r", routeOf("a"));
      source.put(CDS, "a", clusterOf("a"));
      source.put(EDS, "a", { revision: 1 });
      await turn();
      published.length = 0;
    },
  };
}

export function listenerOf(...routes: string[]): Listener {
  return { text: "", routes };
}

export function routeOf(...clusters: string[]): Route {
  return { clusters };
}

export function clusterOf(endpoints: string, revision = 1): Cluster {
  return { revision, endpoints };
}

function print({ typeUrl, name, before, after }: ConfigChange): string {
  const sign = before === undefined ? "+" : after === undefined ? "-" : "~";
  const failed = after?.kind === "failed" ? "!" : "";
  return `${sign}${typeUrl.slice(typeUrl.lastIndexOf(".") + 1)} ${name}${failed}`;
}
