/** Why a configuration was refused, by the control plane or by a node. */
export interface Refusal {
  /** `control plane`, or the id of the node. */
  readonly by: string;
  readonly reason: string;
}

/** The pages of the control plane for operators. */
export class ControlPlaneAdmin {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  /** Who refuses what at this moment; empty if all is well, or nobody answers. */
  async refusals(): Promise<readonly Refusal[]> {
    const [problems, nodes] = await Promise.all([
      this.#get<{ readonly problems: readonly Problem[] }>("/problems"),
      this.#get<{ readonly nodes: readonly Node[] }>("/nodes"),
    ]);
    return [
      ...(problems?.problems ?? []).map((problem) => ({ by: "control plane", reason: problemText(problem) })),
      ...(nodes?.nodes ?? []).flatMap(({ id, types }) =>
        types.flatMap(({ error }) => (error === undefined ? [] : [{ by: id, reason: error }])),
      ),
    ];
  }

  async #get<T>(path: string): Promise<T | undefined> {
    try {
      const answer = await fetch(`${this.#base}${path}`, { signal: AbortSignal.timeout(1_000) });
      return (await answer.json()) as T;
    } catch {
      return undefined; // It is not there: that is what the caller is told.
    }
  }
}

interface Problem {
  readonly file?: string;
  readonly line?: number;
  readonly message: string;
}

interface Node {
  readonly id: string;
  readonly types: readonly { readonly error?: string }[];
}

function problemText({ file, line, message }: Problem): string {
  return `${[file, line].filter((part) => part !== undefined).join(":")}: ${message}`;
}
