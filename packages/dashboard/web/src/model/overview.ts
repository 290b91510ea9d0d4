/** What the control plane knows itself: the event `overview` of its stream. */
export interface Overview {
  readonly nodes: readonly OverviewNode[];
  readonly workloads: readonly OverviewWorkload[];
  readonly problems: readonly OverviewProblem[];
}

/** One stream of a node. Processes of one workload may share an id. */
export interface OverviewNode {
  readonly id: string;
  readonly cluster: string;
  readonly variant: string;
  readonly types: readonly OverviewType[];
}

/** What a node asked for of one type, was sent, and said to it. */
export interface OverviewType {
  readonly typeUrl: string;
  readonly sentVersion: string;
  readonly ackedVersion: string;
  readonly awaitsAnswer: boolean;
  readonly nackedVersion?: string;
  /** The node's own words. */
  readonly error?: string;
}

export interface OverviewWorkload {
  readonly cluster: string;
  readonly nodeId: string;
  readonly addresses: readonly {
    readonly address: string;
    readonly port: number;
    readonly priority: number;
  }[];
}

export interface OverviewProblem {
  readonly file?: string;
  readonly line?: number;
  readonly message: string;
}

export const NO_OVERVIEW: Overview = { nodes: [], workloads: [], problems: [] };
