import type { CallWay } from "@dualmesh/telemetry/observation";
import type { Direction, Layout, Point, Ports } from "./layout.ts";
import type { MeshEdge } from "./mesh-edges.ts";
import { targetOf } from "./services.ts";

/** A line of the picture: all calls between two cells by one way. */
export interface EdgeLine {
  readonly key: string;
  /** The edge that is chosen with it, and all that are drawn beside it. */
  readonly edgeKey: string;
  readonly pairKeys: readonly string[];
  readonly way: CallWay;
  readonly path: string;
  /** Pixels. */
  readonly thickness: number;
  readonly isIdle: boolean;
}

/** The figures of all lines between two cells, and where they stand. */
export interface EdgeLabel {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly rate: number;
  readonly errorShare: number;
}

export interface EdgeDrawing {
  readonly lines: readonly EdgeLine[];
  readonly labels: readonly EdgeLabel[];
}

const THINNEST = 1.5;
const THICKEST = 7;
/** Between the lines of two ways. Pixels. */
const APART = 11;
/** Room for the head of an arrow. Pixels. */
const HEAD = 9;

/** Draws edges over a layout: as thick as they are busy, beside the busiest. */
export function drawEdgeLines(edges: readonly MeshEdge[], layout: Layout, direction: Direction): EdgeDrawing {
  const busiest = Math.max(...edges.map(({ rate }) => rate), 1);
  const lines: EdgeLine[] = [];
  const labels: EdgeLabel[] = [];
  for (const [pair, between] of Map.groupBy(edges, (edge) => `${edge.from}\n${targetOf(edge)}`)) {
    const first = between[0] as MeshEdge;
    const [from, to] = [layout.ports.get(first.from), layout.ports.get(targetOf(first))];
    if (from === undefined || to === undefined) continue;
    const curve = curveBetween(from, to, direction, labelPlace(first, edges));
    const ways = Map.groupBy(between, ({ way }) => way);
    for (const [at, [way, same]] of [...ways].sort(([a], [b]) => (a < b ? -1 : 1)).entries()) {
      const rate = sumOf(same, (edge) => edge.rate);
      lines.push({
        key: `${pair}\n${way}`,
        pairKeys: between.map((edge) => edge.key),
        edgeKey: [...same].sort((a, b) => b.rate - a.rate)[0]?.key ?? first.key,
        way,
        path: curve.path((at - (ways.size - 1) / 2) * APART),
        thickness: THINNEST + (THICKEST - THINNEST) * Math.sqrt(rate / busiest),
        isIdle: rate === 0,
      });
    }
    const rate = sumOf(between, (edge) => edge.rate);
    const errors = sumOf(between, (edge) => edge.rate * edge.errorShare);
    labels.push({ key: pair, ...curve.middle, rate, errorShare: rate === 0 ? 0 : errors / rate });
  }
  return { lines, labels };
}

function sumOf(edges: readonly MeshEdge[], count: (edge: MeshEdge) => number): number {
  return edges.reduce((sum, edge) => sum + count(edge), 0);
}

/** Where on a line its label stands, from 0 to 1: nearer to the end at which it has fewer neighbours. */
function labelPlace(edge: MeshEdge, edges: readonly MeshEdge[]): number {
  const target = targetOf(edge);
  const leaving = new Set(edges.filter(({ from }) => from === edge.from).map(targetOf)).size;
  const arriving = new Set(edges.filter((other) => targetOf(other) === target).map(({ from }) => from)).size;
  return arriving > leaving ? 0.34 : 0.64;
}

interface Curve {
  /** Moved aside by so many pixels. */
  path(aside: number): string;
  readonly middle: { readonly x: number; readonly y: number };
}

/** From where lines leave one cell to where they come to the other, leaving and arriving straight. */
function curveBetween(from: Ports, to: Ports, direction: Direction, labelAt: number): Curve {
  const isRight = direction === "right";
  const start = from.out;
  const end = isRight ? { x: to.in.x - HEAD, y: to.in.y } : { x: to.in.x, y: to.in.y - HEAD };
  const along = isRight ? end.x - start.x : end.y - start.y;
  // Backwards, the line swings out before it turns.
  const reach = along > 0 ? along / 2 : 60;
  const [first, second] = isRight
    ? [
        { x: start.x + reach, y: start.y },
        { x: end.x - reach, y: end.y },
      ]
    : [
        { x: start.x, y: start.y + reach },
        { x: end.x, y: end.y - reach },
      ];
  const middle = pointAt(labelAt, start, first, second, end);
  return {
    middle,
    path(aside) {
      const [dx, dy] = isRight ? [0, aside] : [aside, 0];
      const at = ({ x, y }: Point): string => `${round(x + dx)} ${round(y + dy)}`;
      return `M${at(start)}C${at(first)} ${at(second)} ${at(end)}`;
    },
  };
}

function pointAt(t: number, a: Point, b: Point, c: Point, d: Point): Point {
  const u = 1 - t;
  const mix = (p: number, q: number, r: number, s: number): number =>
    u ** 3 * p + 3 * u ** 2 * t * q + 3 * u * t ** 2 * r + t ** 3 * s;
  return { x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
