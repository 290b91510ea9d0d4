import { expect, test } from "vitest";
import { createControlPlane } from "../src/index.ts";
import { inbox } from "./inbox.ts";

test("an observer that throws does not stop what it observes", async () => {
  const warned = inbox<Error>();
  process.on("warning", warned.put);
  await using _plane = await createControlPlane({
    config: { resources: [] },
    admin: false,
    onEvent: () => {
      throw new Error("observer");
    },
  });
  expect(await warned.next()).toMatchObject({ message: "observer" });
  process.off("warning", warned.put);
});

test.each([
  [{ debounceMs: -1 }, "control plane: debounceMs must be from 0 to 1000 ms, got -1"],
  [{ graceMs: Number.NaN }, "control plane: graceMs must be from 0 to 60000 ms, got NaN"],
])("an option out of range is refused when built: %s", async (option, message) => {
  await expect(createControlPlane({ config: { resources: [] }, ...option })).rejects.toThrow(
    new RangeError(message),
  );
});

test("where a listener cannot be had, nothing is left listening", async () => {
  await using plane = await createControlPlane({ config: { resources: [] } });
  const taken = Number(plane.adminAddress?.split(":").at(-1));
  const starting = createControlPlane({ config: { resources: [] }, admin: { port: taken } });
  await expect(starting).rejects.toThrow(`admin listener: cannot bind 127.0.0.1:${taken}`);
});
