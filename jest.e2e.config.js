import base from "./jest.config.js";

/** The suites that need a real API server, or every part of a local deployment; one after the other: each is several processes. */
export default {
  ...base,
  testMatch: ["<rootDir>/test/e2e/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  maxWorkers: 1,
  testTimeout: 180_000,
};
