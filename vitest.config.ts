import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Tests run from the sources, so that no build stands between an edit and its test.
  ssr: { resolve: { conditions: ["@dualmesh/source", ...defaultServerConditions] } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "examples/*/test/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/interop/**", "test/packaging/**"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
