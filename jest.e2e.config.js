import base from "./jest.config.js";

/**
 * The suites that need a real API server or a complete local deployment. They run one after the other, because each starts several
 * processes.
 */
export default {
  ...base,
  testMatch: ["<rootDir>/test/e2e/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  maxWorkers: 1,
  testTimeout: 180_000,
};
