import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** What users install, and not what stands in the tree: `npm run test:packaging`, after a build. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ["test/packaging/**/*.test.ts"],
    exclude: ["**/node_modules/**"],
    testTimeout: 120_000,
    hookTimeout: 240_000,
    globalSetup: "test/packaging/pack-once.ts",
  },
});
