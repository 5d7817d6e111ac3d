import { defineConfig } from "vitest/config";

// A synthesis takes seconds, and more on a machine that is busy.
export default defineConfig({ test: { testTimeout: 120_000 } });
