import type { MatchableHead } from "@dualmesh/matching";
import type { CompiledRoute } from "../route/compiled-route.ts";
import { RouteBucket } from "./route-bucket.ts";
import type { RouteMerge } from "./route-merge.ts";

/**
 * Routes by what their paths begin with, character by character, chains of single children joined. A walk along a path
 * meets every route that may match it, and few others.
 */
export class PathTrie<Retry, Extra> {
  readonly #root: TrieNode<Retry, Extra>;

  constructor(root: TrieNode<Retry, Extra> = new TrieNode("")) {
    this.#root = root;
  }

  /** Adds the buckets on the way of a path. */
  collect(path: string, head: MatchableHead, merge: RouteMerge<Retry, Extra>): void {
    let node = this.#root;
    let at = 0;
    for (;;) {
      node.prefix?.collect(head, merge);
      if (at === path.length) {
        node.exact?.collect(head, merge);
        return;
      }
      const child = node.children?.get(path.charCodeAt(at));
      if (child === undefined || !hasAt(path, child.label, at)) return;
      at += child.label.length;
      node = child;
    }
  }

  /** Adds a route in place, while the trie is being built. `key` is what its path begins with. */
  insert(key: string, route: CompiledRoute<Retry, Extra>): void {
    let node = this.#root;
    let at = 0;
    while (at < key.length) {
      const code = key.charCodeAt(at);
      node.children ??= new Map();
      const child = node.children.get(code);
      if (child === undefined) {
        const leaf = new TrieNode<Retry, Extra>(key.slice(at));
        node.children.set(code, leaf);
        node = leaf;
        break;
      }
      const shared = sharedLength(key, at, child.label);
      if (shared === child.label.length) node = child;
      else {
        const middle = child.split(shared);
        node.children.set(code, middle);
        node = middle;
      }
      at += shared;
    }
    node.add(route);
  }

  /** A trie with a route more. This one stays as it is; both share what is equal. */
  with(key: string, route: CompiledRoute<Retry, Extra>): PathTrie<Retry, Extra> {
    const trie = new PathTrie(this.#root.copyAlong(key));
    trie.insert(key, route);
    return trie;
  }

  /** A trie without a route. */
  without(key: string, route: CompiledRoute<Retry, Extra>): PathTrie<Retry, Extra> {
    const root = this.#root.copyAlong(key);
    let node: TrieNode<Retry, Extra> | undefined = root;
    for (let at = 0; at < key.length && node !== undefined; at += node?.label.length ?? 0) {
      node = node.children?.get(key.charCodeAt(at));
    }
    node?.remove(route);
    return new PathTrie(root);
  }
}

class TrieNode<Retry, Extra> {
  /** The characters between the parent and here. */
  readonly label: string;
  /** By the first character of their labels. */
  children: Map<number, TrieNode<Retry, Extra>> | undefined;
  /** Routes whose paths may go on behind this place. */
  prefix: RouteBucket<Retry, Extra> | undefined;
  /** Routes whose paths end here. */
  exact: RouteBucket<Retry, Extra> | undefined;

  constructor(label: string) {
    this.label = label;
  }

  /** Only where the buckets belong to nobody else. */
  add(route: CompiledRoute<Retry, Extra>): void {
    if (route.matcher.whole) {
      this.exact ??= new RouteBucket();
      this.exact.add(route);
    } else {
      this.prefix ??= new RouteBucket();
      this.prefix.add(route);
    }
  }

  remove(route: CompiledRoute<Retry, Extra>): void {
    (route.matcher.whole ? this.exact : this.prefix)?.remove(route);
  }

  /** A node for the first characters of the label, with this one's rest below it. */
  split(length: number): TrieNode<Retry, Extra> {
    const middle = new TrieNode<Retry, Extra>(this.label.slice(0, length));
    const rest = this.#copy(this.label.slice(length));
    middle.children = new Map([[rest.label.charCodeAt(0), rest]]);
    return middle;
  }

  /** A copy in which all nodes on the way of a key are copies, so that they may be changed. */
  copyAlong(key: string): TrieNode<Retry, Extra> {
    const root = this.#copy(this.label);
    // No recursion: a trie may be as deep as its longest path.
    let node = root;
    for (let at = 0; ; ) {
      if (at === key.length) {
        node.exact = node.exact?.copy();
        node.prefix = node.prefix?.copy();
      }
      if (node.children === undefined) return root;
      node.children = new Map(node.children);
      const child = node.children.get(key.charCodeAt(at));
      if (child === undefined || !key.startsWith(child.label, at)) return root;
      const copy = child.#copy(child.label);
      node.children.set(key.charCodeAt(at), copy);
      at += child.label.length;
      node = copy;
    }
  }

  #copy(label: string): TrieNode<Retry, Extra> {
    const copy = new TrieNode<Retry, Extra>(label);
    copy.children = this.children;
    copy.prefix = this.prefix;
    copy.exact = this.exact;
    return copy;
  }
}

/** `text.startsWith(part, at)` for a part whose first character is known to fit: 3 ns where most parts are short. */
function hasAt(text: string, part: string, at: number): boolean {
  if (text.length - at < part.length) return false;
  for (let i = part.length - 1; i > 0; i--) {
    if (text.charCodeAt(at + i) !== part.charCodeAt(i)) return false;
  }
  return true;
}

function sharedLength(key: string, at: number, label: string): number {
  const limit = Math.min(key.length - at, label.length);
  let length = 1;
  while (length < limit && key.charCodeAt(at + length) === label.charCodeAt(length)) length++;
  return length;
}
