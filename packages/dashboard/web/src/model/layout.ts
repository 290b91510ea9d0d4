/** A box of the picture: a service, with a cell for each of its versions. */
export interface Box {
  readonly id: string;
  /** In order; at least one. */
  readonly cells: readonly string[];
}

/** Somebody calls somebody. Cells. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

/** Which way calls flow through the picture. */
export type Direction = "right" | "down";

/** Sizes in pixels. */
export interface LayoutOptions {
  readonly direction: Direction;
  /** What there is to fill; more is taken if the boxes need it. */
  readonly width: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Above the cells of a box. */
  readonly titleHeight: number;
  /** At least, between boxes of two layers, and of one. */
  readonly layerGap: number;
  readonly boxGap: number;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where lines come to a cell, and where they leave it. */
export interface Ports {
  readonly in: Point;
  readonly out: Point;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Rectangle>;
  readonly cells: ReadonlyMap<string, Rectangle>;
  readonly ports: ReadonlyMap<string, Ports>;
}

/**
 * Places boxes in layers, callers before those whom they call. It depends on names and links alone, not on rates nor on the
 * order in which they come: while nobody appears or leaves, nothing moves.
 */
export function layoutBoxes(boxes: readonly Box[], links: readonly Link[], options: LayoutOptions): Layout {
  const sorted = [...boxes].sort((a, b) => compare(a.id, b.id));
  const boxLinks = linksOfBoxes(sorted, links);
  const layers = orderLayers(layersOf(sorted, boxLinks), boxLinks);
  return options.direction === "right" ? placeRight(layers, options) : placeDown(layers, options);
}

type BoxLinks = ReadonlyMap<string, ReadonlySet<string>>;

/** From box to boxes, without those to itself. */
function linksOfBoxes(boxes: readonly Box[], links: readonly Link[]): BoxLinks {
  const boxOf = new Map(boxes.flatMap(({ id, cells }) => cells.map((cell) => [cell, id] as const)));
  const found = new Map(boxes.map(({ id }) => [id, new Set<string>()]));
  for (const link of links) {
    const [from, to] = [boxOf.get(link.from), boxOf.get(link.to)];
    if (from !== undefined && to !== undefined && from !== to) found.get(from)?.add(to);
  }
  return new Map([...found].map(([id, to]) => [id, new Set([...to].sort())]));
}

/** Longest path from those whom nobody calls. A link that would close a circle is left out of the count. */
function layersOf(boxes: readonly Box[], links: BoxLinks): readonly (readonly Box[])[] {
  const forward = withoutCircles(boxes, links);
  const layer = new Map(boxes.map(({ id }) => [id, 0]));
  // As many rounds as the longest path has links; each moves everybody behind his callers.
  for (let moved = true; moved; ) {
    moved = false;
    for (const [from, to] of forward) {
      const behind = (layer.get(from) as number) + 1;
      if ((layer.get(to) as number) >= behind) continue;
      layer.set(to, behind);
      moved = true;
    }
  }
  const count = Math.max(0, ...layer.values()) + 1;
  return Array.from({ length: count }, (_, at) => boxes.filter(({ id }) => layer.get(id) === at));
}

/** Depth first, those whom nobody calls before the others: what leads back to the path under way is left out. */
function withoutCircles(boxes: readonly Box[], links: BoxLinks): readonly (readonly [string, string])[] {
  const called = new Set([...links.values()].flatMap((to) => [...to]));
  const roots = [...boxes].sort((a, b) => Number(called.has(a.id)) - Number(called.has(b.id)));
  const forward: [string, string][] = [];
  const done = new Set<string>();
  const path = new Set<string>();
  const visit = (id: string): void => {
    done.add(id);
    path.add(id);
    for (const to of links.get(id) ?? []) {
      if (path.has(to)) continue;
      forward.push([id, to]);
      if (!done.has(to)) visit(to);
    }
    path.delete(id);
  };
  for (const { id } of roots) if (!done.has(id)) visit(id);
  return forward;
}

/** Each layer by the middle of its callers, so that lines cross little; by name where that is equal. */
function orderLayers(layers: readonly (readonly Box[])[], links: BoxLinks): readonly (readonly Box[])[] {
  const ordered: (readonly Box[])[] = [];
  const place = new Map<string, number>();
  for (const layer of layers) {
    const middle = new Map(layer.map(({ id }) => [id, middleOfCallers(id, links, place)]));
    const sorted = [...layer].sort(
      (a, b) => (middle.get(a.id) as number) - (middle.get(b.id) as number) || compare(a.id, b.id),
    );
    for (const [at, { id }] of sorted.entries()) place.set(id, (at + 0.5) / sorted.length);
    ordered.push(sorted);
  }
  return ordered;
}

/** From 0 to 1 across the layers before. */
function middleOfCallers(id: string, links: BoxLinks, place: ReadonlyMap<string, number>): number {
  const places = [...place].filter(([from]) => links.get(from)?.has(id)).map(([, at]) => at);
  return places.length === 0 ? 0.5 : places.reduce((sum, at) => sum + at, 0) / places.length;
}

/** Layers are columns; cells stand one under the other. */
function placeRight(layers: readonly (readonly Box[])[], options: LayoutOptions): Layout {
  const { cellWidth, cellHeight, titleHeight, boxGap } = options;
  const heightOf = ({ cells }: Box): number => titleHeight + cells.length * cellHeight;
  const heights = layers.map((layer) => total(layer.map(heightOf), boxGap));
  const height = Math.max(0, ...heights);
  const step = stepBetween(layers.length, cellWidth, options);
  const placed = new Placed("right");
  for (const [column, layer] of layers.entries()) {
    let y = (height - (heights[column] as number)) / 2;
    for (const box of layer) {
      const x = column * step;
      placed.add(box, { x, y, width: cellWidth, height: heightOf(box) }, (at) => ({
        x,
        y: y + titleHeight + at * cellHeight,
        width: cellWidth,
        height: cellHeight,
      }));
      y += heightOf(box) + boxGap;
    }
  }
  return placed.layout((layers.length - 1) * step + cellWidth, height);
}

/** The width is filled: layers are as far apart as it allows. */
function stepBetween(layers: number, cellWidth: number, { width, layerGap }: LayoutOptions): number {
  if (layers < 2) return cellWidth;
  return Math.max(cellWidth + layerGap, (width - cellWidth) / (layers - 1));
}

/** Layers are rows; cells stand side by side. */
function placeDown(layers: readonly (readonly Box[])[], options: LayoutOptions): Layout {
  const { cellWidth, cellHeight, titleHeight, layerGap, boxGap } = options;
  const widthOf = ({ cells }: Box): number => cells.length * cellWidth;
  const widths = layers.map((layer) => total(layer.map(widthOf), boxGap));
  const width = Math.max(options.width, ...widths);
  const boxHeight = titleHeight + cellHeight;
  const placed = new Placed("down");
  for (const [row, layer] of layers.entries()) {
    const y = row * (boxHeight + layerGap);
    let x = (width - (widths[row] as number)) / 2;
    for (const box of layer) {
      placed.add(box, { x, y, width: widthOf(box), height: boxHeight }, (at) => ({
        x: x + at * cellWidth,
        y: y + titleHeight,
        width: cellWidth,
        height: cellHeight,
      }));
      x += widthOf(box) + boxGap;
    }
  }
  return placed.layout(width, layers.length * boxHeight + (layers.length - 1) * layerGap);
}

/** Where things came to stand so far. */
class Placed {
  readonly #boxes = new Map<string, Rectangle>();
  readonly #cells = new Map<string, Rectangle>();
  readonly #ports = new Map<string, Ports>();
  readonly #direction: Direction;

  constructor(direction: Direction) {
    this.#direction = direction;
  }

  add(box: Box, rectangle: Rectangle, cellAt: (at: number) => Rectangle): void {
    this.#boxes.set(box.id, rectangle);
    for (const [at, id] of box.cells.entries()) {
      const cell = cellAt(at);
      this.#cells.set(id, cell);
      this.#ports.set(id, this.#direction === "right" ? portsOfRow(cell) : portsOfColumn(cell, rectangle));
    }
  }

  layout(width: number, height: number): Layout {
    return { width, height: Math.max(0, height), boxes: this.#boxes, cells: this.#cells, ports: this.#ports };
  }
}

function portsOfRow({ x, y, width, height }: Rectangle): Ports {
  const middle = y + height / 2;
  return { in: { x, y: middle }, out: { x: x + width, y: middle } };
}

/** The title of the box lies above its cells: lines come to the box. */
function portsOfColumn({ x, y, width, height }: Rectangle, box: Rectangle): Ports {
  const middle = x + width / 2;
  return { in: { x: middle, y: box.y }, out: { x: middle, y: y + height } };
}

function total(sizes: readonly number[], gap: number): number {
  return sizes.reduce((sum, size) => sum + size, 0) + Math.max(0, sizes.length - 1) * gap;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
