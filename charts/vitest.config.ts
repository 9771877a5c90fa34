import { defineConfig } from 'vitest/config'

// A busy machine is slow, and slow is not wrong.
export default defineConfig({
  test: { include: ['tests/**/*.test.ts'], environment: 'node', testTimeout: 60_000 },
})
