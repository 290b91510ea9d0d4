import { describe, expect, test } from "vitest";
import { canSeeProcesses, ShopProgram } from "./shop-program.ts";

describe.skipIf(!canSeeProcesses)("the demo", () => {
  test("plays its script twice at once on one machine, and every step holds", {
    timeout: 180_000,
  }, async () => {
    using one = new ShopProgram("--once");
    using other = new ShopProgram("--once");
    const exits = [await one.exit(), await other.exit()];
    for (const { output } of [one, other]) {
      expect(output).not.toContain("not held");
      expect(output.trimEnd().split("\n").slice(-2)).toEqual(["lost calls: 0", "in doubt: 0"]);
    }
    expect(exits).toEqual([0, 0]);
    expect([...(await one.leftovers()), ...(await other.leftovers())]).toEqual([]);
  });

  test.each<readonly [string, (program: ShopProgram) => void]>([
    ["Ctrl-C", (program) => program.interrupt()],
    ["SIGTERM to npm alone", (program) => program.signalNpm("SIGTERM")],
    ["SIGKILL of npm", (program) => program.signalNpm("SIGKILL")],
    [
      "SIGKILL of the demo itself while a sidecar is stopped",
      (program) => {
        program.signal(" sidecar -c ", "SIGSTOP");
        program.signal("examples/shop/src/main.ts", "SIGKILL");
      },
    ],
  ])("leaves no process and no file behind after %s", async (_, end) => {
    using program = new ShopProgram();
    await program.prints("lost 0");
    const running = program.processes().map(({ command }) => command);
    expect(running.filter((command) => command.includes(" sidecar -c "))).toHaveLength(2);
    end(program);
    expect(await program.leftovers()).toEqual([]);
  });

  test("leaves nothing behind when it is ended before it has opened", async () => {
    using program = new ShopProgram();
    await program.prints("a shop of real processes");
    program.interrupt();
    expect(await program.leftovers()).toEqual([]);
  });
});
