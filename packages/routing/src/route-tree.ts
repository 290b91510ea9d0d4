import type { CompiledRoute } from "./compiled-route.ts";

type Routes<Retry, Extra> = readonly CompiledRoute<Retry, Extra>[];

/** A tree over the segments that the paths of routes surely begin with. */
export class RouteTree<Retry, Extra> {
  readonly #root: RouteNode<Retry, Extra> = new RouteNode(undefined);

  /** Adds a route at the node of its segments. */
  add(route: CompiledRoute<Retry, Extra>): void {
    let node = this.#root;
    for (const segment of route.segments) {
      const child = node.children.get(segment) ?? new RouteNode(node);
      node.children.set(segment, child);
      node = child;
    }
    node.own.push(route);
  }

  /** The routes on the way that a path leads, in order of listing. Walks no deeper than the tree, however long the path. */
  candidates(path: string): Routes<Retry, Extra> {
    let node = this.#root;
    let start = 1;
    while (node.children.size > 0 && start <= path.length) {
      const slash = path.indexOf("/", start);
      const end = slash < 0 ? path.length : slash;
      const child = node.children.get(path.slice(start, end));
      if (child === undefined) break;
      node = child;
      start = end + 1;
    }
    return node.candidates;
  }
}

/** A place in the tree. */
class RouteNode<Retry, Extra> {
  /** The routes whose sure segments end here. */
  readonly own: CompiledRoute<Retry, Extra>[] = [];
  readonly children: Map<string, RouteNode<Retry, Extra>> = new Map();
  readonly #parent: RouteNode<Retry, Extra> | undefined;
  #candidates: Routes<Retry, Extra> | undefined;

  constructor(parent: RouteNode<Retry, Extra> | undefined) {
    this.#parent = parent;
  }

  /** The routes from the root down to here. Made when first asked for: most nodes are never. */
  get candidates(): Routes<Retry, Extra> {
    this.#candidates ??= [...this.own, ...(this.#parent?.candidates ?? [])].sort((a, b) => a.order - b.order);
    return this.#candidates;
  }
}
