/**
 * Bits of each octet's code, and of the end's (RFC 7541, appendix B). The codes themselves follow: the code is canonical, so
 * that codes of one length count up with their octets, and each length goes on where the shorter one ended.
 */
const CODE_BITS: readonly number[] = `
  13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28
  28 28 28 28 28 28 30 28 28 28 28 28 28 28 28 28
  6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6
  5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10
  13 6 7 7 7 7 7 7 7 7 7 7 7 7 7 7
  7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6
  15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5
  6 7 6 5 5 6 7 7 7 7 7 15 11 14 13 28
  20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23
  24 24 22 23 24 23 23 23 23 21 22 23 22 23 23 24
  22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23
  21 21 22 21 23 22 23 23 20 22 22 22 23 22 22 23
  26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25
  19 21 26 27 27 26 27 24 21 21 26 26 28 27 27 27
  20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23
  26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26
  30
`
  .trim()
  .split(/\s+/)
  .map(Number);

/** The symbol that no string contains: its bits are what fills up the last byte. */
const END = 256;

/** A string that ends inside of a code of more bits than this is cut off, and not filled up. */
const MAX_PADDING_BITS = 7;

/**
 * One row of 16 per inner node of the tree of codes: what half a byte leads to.
 * `next << 9 | symbol + 1`, where a symbol of -1 is none, and a next of `FAILED` is a code that no string contains.
 */
let table: Int32Array | undefined;
/** For each node: whether a string may end there. */
let mayEnd: Uint8Array | undefined;

const FAILED = 0x3fff;

/** Octets of one string, before they become its text: one that grows by characters is a tree of them, slower and much larger. */
const SCRATCH = Buffer.allocUnsafeSlow(4_096);

/** What Huffman-coded bytes stand for, one character per octet; `undefined` for what is no such code. */
export function decodeHuffman(bytes: Uint8Array, from: number, to: number): string | undefined {
  table ??= buildTable();
  const steps = table;
  // No code is shorter than 5 bits.
  const most = Math.ceil((8 * (to - from)) / 5);
  const out = most <= SCRATCH.length ? SCRATCH : Buffer.allocUnsafe(most);
  let node = 0;
  let length = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    const high = steps[(node << 4) | (byte >> 4)] as number;
    if ((high & 0x1ff) !== 0) out[length++] = (high & 0x1ff) - 1;
    const low = steps[((high >> 9) << 4) | (byte & 15)] as number;
    if (high >> 9 === FAILED || low >> 9 === FAILED) return undefined;
    if ((low & 0x1ff) !== 0) out[length++] = (low & 0x1ff) - 1;
    node = low >> 9;
  }
  return (mayEnd as Uint8Array)[node] === 1 ? out.toString("latin1", 0, length) : undefined;
}

interface Node {
  readonly depth: number;
  /** All the bits to it are 1: the beginning of the end's code, which fills up the last byte. */
  readonly isPadding: boolean;
  readonly children: [Node | number | undefined, Node | number | undefined];
}

function buildTable(): Int32Array {
  const nodes = buildTree();
  const index = new Map(nodes.map((node, i) => [node, i]));
  mayEnd = Uint8Array.from(nodes, (node) => Number(node.isPadding && node.depth <= MAX_PADDING_BITS));
  const steps = new Int32Array(nodes.length * 16);
  for (const [i, node] of nodes.entries()) {
    for (let half = 0; half < 16; half++) {
      let at: Node = node;
      let symbol = -1;
      let isFailed = false;
      for (let bit = 3; bit >= 0 && !isFailed; bit--) {
        const child = at.children[(half >> bit) & 1];
        if (typeof child === "object") at = child;
        else if (child === undefined || child === END) isFailed = true;
        else {
          symbol = child;
          at = nodes[0] as Node;
        }
      }
      // No code is shorter than 5 bits: half a byte completes one at most.
      steps[(i << 4) | half] = ((isFailed ? FAILED : (index.get(at) as number)) << 9) | (symbol + 1);
    }
  }
  return steps;
}

/** All inner nodes, the root first. */
function buildTree(): readonly Node[] {
  const root: Node = { depth: 0, isPadding: true, children: [undefined, undefined] };
  const nodes = [root];
  const bySize = CODE_BITS.map((bits, symbol) => ({ bits, symbol })).sort(
    (a, b) => a.bits - b.bits || a.symbol - b.symbol,
  );
  let code = 0;
  let length = 0;
  for (const { bits, symbol } of bySize) {
    code *= 2 ** (bits - length);
    length = bits;
    let node = root;
    for (let bit = bits - 1; bit > 0; bit--) {
      const side = Math.floor(code / 2 ** bit) % 2 === 0 ? 0 : 1;
      let child = node.children[side];
      if (typeof child !== "object") {
        child = {
          depth: node.depth + 1,
          isPadding: node.isPadding && side === 1,
          children: [undefined, undefined],
        };
        node.children[side] = child;
        nodes.push(child);
      }
      node = child;
    }
    node.children[code % 2 === 0 ? 0 : 1] = symbol;
    code++;
  }
  return nodes;
}
