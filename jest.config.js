/** swc compiles the TypeScript to CommonJS, so that a plan test starts in less than half a second. */
export default {
  // By default, jest leaves one core idle, which CI should use.
  maxWorkers: "100%",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/e2e/"],
  // Contains checkouts of other commits and copies of the program, which commands and tests create.
  modulePathIgnorePatterns: ["<rootDir>/.spacetime-vr/"],
  // An upper limit, not a target: tests that plan or start a server must not fail on a busy machine.
  testTimeout: 30_000,
  transform: {
    "\\.(t|j)s$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript" }, target: "es2023" },
        module: { type: "commonjs" },
      },
    ],
  },
  // ES-module-only packages that the tested code imports.
  transformIgnorePatterns: ["/node_modules/(?!(commander|jose|@apidevtools|age-encryption|@noble|@scure)/)"],
};
