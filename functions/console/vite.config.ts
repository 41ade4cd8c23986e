import { defineConfig } from "vite";

// Everything under /assets has a hash in its name and may be cached for ever; nothing is inlined, for the strict CSP.
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: true },
});
