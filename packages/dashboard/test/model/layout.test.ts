import { seededRandom } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import {
  type Box,
  type Layout,
  type LayoutOptions,
  type Link,
  layoutBoxes,
} from "../../web/src/model/layout.ts";

const OPTIONS: LayoutOptions = {
  direction: "right",
  width: 900,
  cellWidth: 150,
  cellHeight: 40,
  titleHeight: 20,
  layerGap: 50,
  boxGap: 10,
};

const box = (id: string, ...cells: readonly string[]): Box => ({
  id,
  cells: cells.length === 0 ? [id] : cells,
});
const link = (from: string, to: string): Link => ({ from, to });

const SHOP = [box("web"), box("orders", "orders-v1", "orders-v2"), box("inventory")];
const SHOP_LINKS = [
  link("web", "orders-v1"),
  link("web", "orders-v2"),
  link("orders-v1", "inventory"),
  link("orders-v2", "inventory"),
];

const xOf = (layout: Layout, id: string): number => layout.boxes.get(id)?.x as number;

describe("callers stand before those whom they call", () => {
  test("from left to right over the whole width, versions one under the other", () => {
    const layout = layoutBoxes(SHOP, SHOP_LINKS, OPTIONS);
    expect(["web", "orders", "inventory"].map((id) => xOf(layout, id))).toEqual([0, 375, 750]);
    expect(layout.width).toBe(900);
    expect(layout.cells.get("orders-v2")).toEqual({ x: 375, y: 60, width: 150, height: 40 });
  });

  test("from top to bottom where it is narrow, versions side by side", () => {
    const layout = layoutBoxes(SHOP, SHOP_LINKS, { ...OPTIONS, direction: "down", width: 320 });
    const tops = ["web", "orders", "inventory"].map((id) => layout.boxes.get(id)?.y);
    expect(tops).toEqual([0, 110, 220]);
    expect(layout.cells.get("orders-v1")?.y).toBe(layout.cells.get("orders-v2")?.y);
    expect(layout.width).toBe(320);
  });

  test("also over several ways: behind the longest", () => {
    const links = [link("a", "b"), link("b", "c"), link("a", "c")];
    const layout = layoutBoxes([box("a"), box("b"), box("c")], links, OPTIONS);
    expect(["a", "b", "c"].map((id) => xOf(layout, id))).toEqual([0, 375, 750]);
  });

  test("also in a circle, which begins with whoever is called from nowhere else", () => {
    const links = [link("web", "a"), link("a", "b"), link("b", "a"), link("b", "b")];
    const layout = layoutBoxes([box("a"), box("b"), box("web")], links, OPTIONS);
    expect(["web", "a", "b"].map((id) => xOf(layout, id))).toEqual([0, 375, 750]);
  });

  test("in an order that crosses few lines", () => {
    const boxes = ["a", "b", "x", "y"].map((id) => box(id));
    const layout = layoutBoxes(boxes, [link("a", "y"), link("b", "x")], OPTIONS);
    expect(layout.boxes.get("y")?.y).toBe(layout.boxes.get("a")?.y);
    expect(layout.boxes.get("x")?.y).toBe(layout.boxes.get("b")?.y);
  });
});

test("lines come to the edge of a box and leave its cells, whichever way they flow", () => {
  const right = layoutBoxes(SHOP, SHOP_LINKS, OPTIONS).ports.get("orders-v2");
  expect(right).toEqual({ in: { x: 375, y: 80 }, out: { x: 525, y: 80 } });
  const down = layoutBoxes(SHOP, SHOP_LINKS, { ...OPTIONS, direction: "down", width: 320 }).ports.get(
    "orders-v1",
  );
  expect(down).toEqual({ in: { x: 85, y: 110 }, out: { x: 85, y: 170 } });
});

test("nothing moves while nobody comes or goes, in whatever order they are told", () => {
  const again = layoutBoxes([...SHOP].reverse(), [...SHOP_LINKS, ...SHOP_LINKS].reverse(), OPTIONS);
  expect(again).toEqual(layoutBoxes(SHOP, SHOP_LINKS, OPTIONS));
});

test("a link to somebody who is not in the picture is left out", () => {
  expect(layoutBoxes([box("web")], [link("web", "gone"), link("gone", "web")], OPTIONS).boxes.size).toBe(1);
});

test("a picture of nobody is empty", () => {
  expect(layoutBoxes([], [], OPTIONS)).toMatchObject({ height: 0 });
});

test.each(["right", "down"] as const)("no two boxes overlap, flowing %s", (direction) => {
  const random = seededRandom(11);
  for (let round = 0; round < 50; round++) {
    const names = Array.from({ length: 1 + Math.floor(random() * 12) }, (_, at) => `s${at}`);
    const boxes = names.map((id) => box(id, ...(random() < 0.3 ? [`${id}-v1`, `${id}-v2`] : [])));
    const cells = boxes.flatMap(({ cells: own }) => own);
    const any = (): string => cells[Math.floor(random() * cells.length)] as string;
    const links = Array.from({ length: Math.floor(random() * 20) }, () => link(any(), any()));
    const layout = layoutBoxes(boxes, links, { ...OPTIONS, direction });
    const placed = [...layout.boxes.values()];
    expect(placed).toHaveLength(boxes.length);
    const overlapping = placed.filter((one, at) =>
      placed.some(
        (other, otherAt) =>
          otherAt > at &&
          one.x < other.x + other.width &&
          other.x < one.x + one.width &&
          one.y < other.y + other.height &&
          other.y < one.y + one.height,
      ),
    );
    expect(overlapping).toEqual([]);
    expect(placed.every(({ x, width }) => x >= 0 && x + width <= layout.width)).toBe(true);
  }
});
