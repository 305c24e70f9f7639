/* What the commands of README.md, CONTRIBUTING.md and `--help` can't be run as, each with its reason. An entry that no text prints any more fails the test. */

const WHOLE = 'it installs or tests all of this project: the CI does';
const OTHERS = 'it speaks to AWS, or to an endpoint of somebody else';
const MINUTES = 'it takes minutes, and compiles into this very clone: the CI does it';

/** By the command as printed, without its comment. */
export const SKIPPED: Readonly<Record<string, string>> = {
  'npm ci && npm start': WHOLE,
  'npm ci && npm test': WHOLE,
  'npm ci': WHOLE,
  'npm run check': WHOLE,
  'npm test': WHOLE,
  'npm run pictures': 'it writes into this very clone, and needs a browser',
  'npm run simulate -- --runs 10000 --seed 1': MINUTES,
  'npm run simulate -- --runs 1 --seed 4711': MINUTES,
  'npm run simulate -- --runs 1 --seed 4711 --trace': MINUTES,
  'npm run mutants': MINUTES,
  'npm install afterwrite': 'here is its folder already, as if it were installed',
  'npm run schemas': 'it writes into this very clone: test/unit/events/catalogue.test.ts holds what it writes',
  'npx cdk synth  -c system=reviewer -c stage=dev -c changesPerSecond=1 -c itemBytes=1024 -c monthlyDollars=400':
    'it builds this very clone: test/infra/synth.test.ts synthesizes the same app',
  'npx cdk deploy --all -c system=reviewer -c stage=dev': OTHERS,
  'npx afterwrite replay --to sqs:https://sqs.eu-west-1.amazonaws.com/123456789012/repair.fifo --type ReviewFailed':
    OTHERS,
  "npx afterwrite replay --to https://repair.example.com/events --secret-from REPAIR_TOKEN --key 'REVIEW#74ab9e4e5777/VERSION#1'":
    OTHERS,
  'afterwrite stack > endpoints.env &':
    'it stays, and the next line reads what it has printed by then: all tests here begin with it',
  'set -a; . ./endpoints.env; set +a; afterwrite provision': 'it needs the line before',
};

/** Those that stay until Ctrl-C, and the line by which they tell that they work. They are ended behind the block. */
export const STAYING: Readonly<Record<string, RegExp>> = {
  'npx afterwrite dev': /^The pipeline of 'reviewer' runs/m,
  'npx afterwrite dev --system organizations': /^The pipeline of 'organizations' runs/m,
  'npx afterwrite console': /^Open it in a browser/m,
  'npx afterwrite run --system ./shop.mjs': /^Reading shop; stop with Ctrl-C/m,
  'afterwrite events tail --type ReviewFailed IssueRecurring --follow': /ReviewFailed/,
};

/** Those that tell that something is wrong by ending with 1, and by what they say. */
export const FAILING: Readonly<Record<string, RegExp>> = {
  // Nothing is provisioned yet.
  'npx afterwrite doctor --system ./shop.mjs': /what to do: .*afterwrite provision/,
  // Its cause is still there.
  'npx afterwrite parked redrive REVIEW#74ab9e4e5777/VERSION#1': /the rest waits on/,
};
