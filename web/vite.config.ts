// The bundle is served by the server itself under /web/, from a folder inside the Python package; a proxy may put a path
// before that, so it names its own files by where they lie beside each other.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { loadEnv } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
  base: "./",
  plugins: [svelte()],
  build: {
    outDir: "../src/vitascope/api/web",
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    assetsInlineLimit: 0, // a strict Content-Security-Policy allows no data: scripts or styles
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600, // hls.js, which is loaded with the first stream
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: {
    // Everything but the application's own files goes to a running Vitascope.
    proxy: { "^/(?!web/)": { target: loadEnv(mode, ".", "VITASCOPE_")["VITASCOPE_DEV_SERVER"] ?? "http://127.0.0.1:32400", ws: true } },
  },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
}));
