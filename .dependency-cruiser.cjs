/** The arrows of docs/design: console → (HTTP); http → projections, domain; projections → domain; infra → the ports; main → everything. */
const layer = (name, from, to, comment) => ({ name, severity: 'error', comment, from: { path: from }, to: { path: to } });
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Types count: whoever reads a file should not need the ones above it.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'The domain imports nothing outside itself and tlog.',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/(domain|tlog)/' },
    },
    {
      name: 'projections-are-pure',
      severity: 'error',
      from: { path: '^src/projections/' },
      to: { pathNot: '^src/(projections|domain)/' },
    },
    {
      name: 'tlog-stands-alone',
      severity: 'error',
      comment: 'The transparency log imports nothing of ours.',
      from: { path: '^src/tlog/' },
      to: { path: '^src/(?!tlog/)' },
    },
    layer('http-knows-no-adapter', '^src/http/', '^src/infra/', 'HTTP gets its adapters from main.'),
    layer('infra-knows-no-http', '^src/infra/', '^src/http/', 'Adapters serve ports.'),
    layer(
      'nobody-imports-main',
      '^src/(domain|projections|tlog|http|infra)/',
      '^src/(main|app|cli)\\.ts$',
      'Main knows everybody, nobody knows main.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
