import { createDashboard, type Dashboard } from "@dualmesh/dashboard";

/** A dashboard, and what its page is told: the script looks at the mesh as a reader of the page does. */
export class DashboardFeed {
  readonly #dashboard: Dashboard;
  /** The last report of each process, by its node id. */
  readonly #reports = new Map<string, Report>();

  private constructor(dashboard: Dashboard) {
    this.#dashboard = dashboard;
  }

  /** Opens a dashboard over the control plane at an address, and follows it as long as the demo runs. */
  static async open(controlPlane: string): Promise<DashboardFeed> {
    const feed = new DashboardFeed(await createDashboard({ controlPlane }));
    const { body } = await fetch(`${feed.url}api/stream`);
    // It ends with the demo; what a step waits for and does not see, it tells itself.
    feed.#follow(body as ReadableStream<Uint8Array>).catch(() => {});
    return feed;
  }

  /** Where the page is. */
  get url(): string {
    return this.#dashboard.url;
  }

  /** The part of a workload's calls that left it by its sidecar, from 0 to 1, by its last report; NaN without calls. */
  sidecarShare(cluster: string): number {
    const edges = [...this.#reports.values()].flatMap((one) => (one.cluster === cluster ? one.edges : []));
    const sum = (wanted: readonly Edge[]): number => wanted.reduce((calls, edge) => calls + edge.calls, 0);
    return sum(edges.filter(({ way }) => way === "sidecar")) / sum(edges);
  }

  async #follow(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = "";
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const events = (rest + text).split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) {
        const data = /^event: report\ndata: (.*)$/.exec(event)?.[1];
        if (data !== undefined) this.#take(JSON.parse(data) as Report);
      }
    }
  }

  #take(report: Report): void {
    if (report.kind === "sdk") this.#reports.set(report.nodeId, report);
  }
}

interface Report {
  readonly kind: string;
  readonly cluster: string;
  readonly nodeId: string;
  readonly edges: readonly Edge[];
}

interface Edge {
  readonly way: string;
  readonly calls: number;
}
