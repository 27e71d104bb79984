/** Builds every island (islands/<name>/index.ts) to build/static/islands/<name>.js. */
import { readdirSync, existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";

const root = resolve(import.meta.dirname, "islands");
const entries = Object.fromEntries(
  readdirSync(root)
    .filter((name) => existsSync(resolve(root, name, "index.ts")))
    .map((name) => [name, resolve(root, name, "index.ts")]),
);

export default defineConfig({
  base: "/static/islands/",
  publicDir: false,
  worker: { format: "es" },
  build: {
    target: "es2022",
    outDir: resolve(import.meta.dirname, "build/static/islands"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    manifest: "manifest.json",
    chunkSizeWarningLimit: 6000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: entries,
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "chunks/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
  test: { environment: "happy-dom", include: ["islands/**/*.test.ts"] },
});
