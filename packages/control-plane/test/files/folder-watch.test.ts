import { manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { FolderWatch } from "../../src/files/folder-watch.ts";
import { inbox } from "../inbox.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("a watch", () => {
  test("waits for quiet, but not for ever", async () => {
    await using folder = await temporaryFolder();
    const clock = manualClock();
    const heard: number[] = [];
    const timers = inbox<number>();
    using watch = new FolderWatch({
      folder: folder.path,
      clock: {
        ...clock,
        now: () => clock.now(),
        setTimer(callback, delayMs) {
          if (delayMs <= 20) timers.put(delayMs);
          return clock.setTimer(callback, delayMs);
        },
      },
      debounceMs: 20,
      onChange: () => heard.push(clock.now()),
      onPoll: () => {},
    });
    watch.beginWalk();
    watch.add(folder.path, "");
    watch.endWalk();
    for (let writes = 0; writes < 12; writes++) {
      await folder.write("a.yaml", String(writes));
      await timers.next();
      clock.advance(15);
    }
    expect(heard[0]).toBe(100);
  });

  test("says once that the system refuses", async () => {
    const reasons: string[] = [];
    using watch = new FolderWatch({
      folder: "/",
      onChange: () => {},
      onPoll: () => {},
      onBlind: (reason) => reasons.push(reason),
    });
    // A path that no system takes stands for a limit that is reached.
    for (const path of ["/\0", "/\0\0"]) watch.add(path, "");
    expect(reasons).toEqual([expect.stringContaining("null bytes")]);
  });

  test("looks every two seconds, heard or not", () => {
    const clock = manualClock();
    let polls = 0;
    const watch = new FolderWatch({ folder: "/", clock, onChange: () => {}, onPoll: () => polls++ });
    clock.advance(6_000);
    expect(polls).toBe(3);
    watch[Symbol.dispose]();
    expect(clock.pendingTimers).toBe(0);
  });
});
