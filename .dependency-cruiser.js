/**
 * The one arrow: infra -> processors -> events -> shared. A processor never imports another, a plan never imports
 * a port's implementation, and only shared/aws imports the AWS SDK.
 */
const forbid = (name, from, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: to },
});

export default {
  forbidden: [
    forbid(
      'shared-imports-nothing',
      '^shared/',
      '^(events|processors|infra|test)/',
      'shared is the bottom of the arrow',
    ),
    forbid('events-import-shared-only', '^events/', '^(processors|infra|test)/', 'events stands on shared alone'),
    forbid('processors-below-infra', '^processors/', '^(infra|test)/', 'a processor knows no runner'),
    forbid('infra-without-tests', '^infra/', '^test/', 'nothing shipped needs the tests'),
    {
      name: 'processors-apart',
      severity: 'error',
      comment: 'what two processors need lives in shared or events',
      from: { path: '^processors/([^/]+)/' },
      to: { path: '^processors/', pathNot: '^processors/$1/' },
    },
    forbid('model-is-pure', '^shared/model/', '^shared/(stream|ports|aws|systems)/', 'the model stands alone'),
    forbid(
      'plans-are-pure',
      '/plan[^/]*\\.ts$',
      '^(shared/aws/|infra/)|node_modules/@aws-sdk',
      'a plan decides, it touches nothing',
    ),
    {
      name: 'one-place-for-the-sdk',
      severity: 'error',
      comment: 'only shared/aws speaks to AWS (tests may build raw clients)',
      from: { path: '^(shared|events|processors|infra)/', pathNot: '^shared/aws/' },
      to: { path: 'node_modules/@(aws-sdk|smithy)/' },
    },
    {
      name: 'subscribers-are-light',
      severity: 'error',
      comment: 'who subscribes installs no command, no stack and no SDK: stores that need one are entries of their own',
      from: { path: '^events/subscriber/' },
      to: {
        path: '^(infra|processors|shared/aws|shared/systems)/|node_modules/(?!(zod|p-map|big\\.js)/)',
        reachable: true,
      },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
