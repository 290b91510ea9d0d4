import type { ConfigNode } from "./config-nodes.ts";
import type { MeshEdge } from "./mesh-edges.ts";

/** Something that changed, in one sentence. */
export interface Happening {
  readonly key: number;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly sentence: string;
}

/** What of a mesh is watched for changes. */
export interface Watched {
  readonly edges: readonly MeshEdge[];
  readonly nodes: readonly ConfigNode[];
  /** Whether the control plane answers. */
  readonly isUp: boolean;
}

const KEPT = 30;

/** Says what changed between one look and the next, the newest first. The first look is no news. */
export class Happenings {
  #list: readonly Happening[] = [];
  #count = 0;
  #ways: ReadonlyMap<string, string> | undefined;
  #nacks: ReadonlySet<string> = new Set();
  #isUp: boolean | undefined;

  get list(): readonly Happening[] {
    return this.#list;
  }

  look({ edges, nodes, isUp }: Watched, nowMs: number): void {
    const news: string[] = [];
    if (this.#isUp !== undefined && this.#isUp !== isUp) {
      news.push(isUp ? "the control plane answers again" : "the control plane does not answer");
    }
    this.#isUp = isUp;
    const ways = new Map(this.#ways);
    for (const [from, way] of purelyBy(edges)) {
      const before = ways.get(from);
      if (before !== undefined && before !== way) news.push(`${from} now calls ${wayWords(way)}`);
      ways.set(from, way);
    }
    this.#ways = ways;
    const nacks = new Set(nodes.flatMap(nackSentences));
    for (const sentence of nacks) if (!this.#nacks.has(sentence)) news.push(sentence);
    if (this.#nacks.size > 0 && nacks.size === 0)
      news.push("every node has accepted its configuration again");
    this.#nacks = nacks;
    const added = news.map((sentence) => ({ key: ++this.#count, atMs: nowMs, sentence }));
    if (added.length > 0) this.#list = [...added.reverse(), ...this.#list].slice(0, KEPT);
  }
}

function nackSentences({ id, types }: ConfigNode): readonly string[] {
  return types.flatMap(({ name, nack }) =>
    nack === undefined ? [] : [`${id} refused ${name}: ${nack.error}`],
  );
}

/** The one way by which all calls of a caller go; a caller in between is no news. */
function purelyBy(edges: readonly MeshEdge[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [from, own] of Map.groupBy(edges, (edge) => edge.from)) {
    const all = own.reduce((sum, { rate }) => sum + rate, 0);
    const sidecar = own.reduce((sum, { rate, way }) => sum + (way === "sidecar" ? rate : 0), 0);
    if (all === 0) continue;
    if (sidecar === 0) found.set(from, "direct");
    else if (sidecar >= all * 0.98) found.set(from, "sidecar");
  }
  return found;
}

function wayWords(way: string): string {
  return way === "direct" ? "directly, from inside its process" : "by its sidecar";
}
