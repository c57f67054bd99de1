import base from "./jest.config.js";

/** The suites that need a real Kubernetes API server; one after the other, because each of them is several processes. */
export default {
  ...base,
  testMatch: ["<rootDir>/test/e2e/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  maxWorkers: 1,
  testTimeout: 180_000,
};
