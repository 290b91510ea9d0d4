import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** The lane with real peers: `npm run test:interop`. Each test file starts its own, so one at a time. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ["test/interop/**/*.test.ts"],
    exclude: ["**/node_modules/**"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
