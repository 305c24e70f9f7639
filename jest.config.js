// The SDK speaks of its coming Node versions on every start; workers inherit this.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// Nowhere may a local time be read for UTC: here the two differ, and by no whole hours.
process.env.TZ = 'Asia/Kathmandu';

/**
 * Jest compiles TypeScript with swc to CommonJS; types are checked by `npm run types`, not here.
 * p-retry, p-map, hyparquet and fauxqs are published as ES modules only, so they are compiled too.
 */
const common = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.(ts|js)$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(p-retry|is-network-error|p-map|fauxqs|hyparquet|hyparquet-writer)/)'],
  moduleNameMapper: { '^fauxqs$': '<rootDir>/node_modules/fauxqs/dist/app.js' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

const project = (name) => ({
  ...common,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
});

export default {
  projects: ['unit', 'property', 'simulation', 'contract', 'integration', 'infra'].map(project),
  testTimeout: 120_000,
  maxWorkers: 2,
};
