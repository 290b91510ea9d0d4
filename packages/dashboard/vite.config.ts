import { defaultClientConditions, defineConfig } from "vite";

/** Builds the page of `web/` into `dist/web`: static files, which the package serves by itself. */
export default defineConfig({
  root: new URL("web", import.meta.url).pathname,
  base: "./",
  // Like everything in this repository, from the sources: no other package must be built before.
  resolve: { conditions: ["@dualmesh/source", ...defaultClientConditions] },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    target: "es2024",
    // Old browsers are not served; what is in the file is what runs.
    modulePreload: false,
    // A data: URL would need a hole in the policy of the page.
    assetsInlineLimit: 0,
  },
});
