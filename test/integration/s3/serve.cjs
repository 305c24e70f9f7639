/** Runs the endpoint in a process of its own, so that a test can kill it: node serve.cjs <dir>. Prints its address. */
const { transformFileSync } = require('@swc/core');

require.extensions['.ts'] = (module, file) => {
  const { code } = transformFileSync(file, {
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  module._compile(code, file);
};

const { startS3 } = require('../../../infra/local/s3/server.ts');

startS3({ dir: process.argv[2] }).then(({ url }) => process.stdout.write(`${url}\n`));
