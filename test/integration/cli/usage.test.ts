import { type Built, build } from './build.ts';
import { Shell } from './command.ts';

let built: Built;
let shell: Shell;

beforeAll(async () => {
  built = await build();
  shell = new Shell(built, {});
});

afterAll(() => built?.remove());

const COMMANDS = [
  [],
  ['demo'],
  ['stack'],
  ['dev'],
  ['provision'],
  ['run'],
  ['feed'],
  ['stats'],
  ['stats', 'stacks'],
  ['stats', 'issues'],
  ['stats', 'stack'],
  ['stats', 'issue'],
  ['review'],
  ['events'],
  ['events', 'ls'],
  ['events', 'show'],
  ['events', 'tail'],
  ['events', 'match'],
  ['archive'],
  ['archive', 'ls'],
  ['archive', 'cat'],
  ['archive', 'get'],
  ['archive', 'find'],
  ['archive', 'compact'],
  ['archive', 'audit'],
  ['archive', 'restore-items'],
  ['archive', 'export'],
  ['archive', 'erase'],
  ['archive', 'erasures'],
  ['archive', 'restore'],
  ['replay'],
  ['replay', 'ls'],
  ['replay', 'show'],
  ['replay', 'cancel'],
  ['parked'],
  ['parked', 'ls'],
  ['parked', 'show'],
  ['parked', 'redrive'],
  ['parked', 'drop'],
  ['verify'],
  ['rebuild'],
  ['attach'],
  ['status'],
  ['cost'],
  ['doctor'],
  ['backfill'],
  ['init'],
  ['console'],
  ['completion'],
].map((args) => args.join(' '));

test.each(COMMANDS)("'%s --help' tells how it is used", async (command) => {
  const { code, stdout, stderr } = await shell.run(...command.split(' ').filter(Boolean), '--help');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(new RegExp(`^Usage: afterwrite ${command}`));
});

test('every command that the help names is among these', async () => {
  const { stdout } = await shell.run('--help');
  const listed = [...stdout.matchAll(/^ {2}([a-z]+)(?: \[options\])?(?: <\w+>)? {2,}/gm)].map(([, name]) => name);
  const known = new Set([...COMMANDS.map((command) => command.split(' ')[0]), 'help']);
  expect(listed.length).toBeGreaterThan(10);
  expect(listed.filter((name) => !known.has(name))).toEqual([]);
});

test.each(COMMANDS.filter((command) => !['', 'events', 'archive', 'parked', 'events match'].includes(command)))(
  "'%s --nonsense' is wrong usage",
  async (command) => {
    const { code, stdout, stderr } = await shell.run(...command.split(' '), '--nonsense');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain("unknown option '--nonsense'");
  },
);

test.each([
  ['nonsense', /unknown command 'nonsense'/],
  ['stats nonsense', /reviewer has no statistic 'nonsense'/],
  ['feed', /nothing is given to feed/],
  ['feed x --limit 0', /--limit.*whole number/],
  ['feed x --rate fast', /--rate.*whole number/],
  ['status --stage Not_A_Stage', /--stage.*a-z, 0-9/],
  ['status --system nobody', /--system.*reviewer/],
  ['parked redrive', /--all/],
  ['parked drop', /--all/],
  ['parked ls --processor nobody', /--processor.*statistics, fanout/],
  ['parked ls --tenant o1', /reviewer has no tenants -> leave out '--tenant'/],
  ['archive ls --tenant o1', /reviewer has no tenants/],
  ['archive audit --tenant o1', /reviewer has no tenants/],
  ['replay --from yesterday', /--from.*2026-01-31/],
  ['replay --to nowhere', /--to.*bus/],
  ['archive get', /missing required argument 'key'/],
  ['archive get nothing', /'nothing' is no key of this table -> give PK\/SK/],
  ['archive find --entity nothing', /no entity or statistic 'nothing' -> .*version/],
  ['archive restore-items REVIEW#1/STATS --collection none', /no collection 'none' -> .*review/],
  ['archive export', /--out/],
  ['archive erase', /--key.*--partition.*--where/],
  ['archive erase --where nothing', /'nothing' names no field and value/],
  ['archive erase --key nothing', /'nothing' is no key of this table/],
  ['archive compact --segment-mb none', /--segment-mb.*whole number/],
  ['replay --to http://example.com/hook', /--to.*https/],
  ['replay --to https://me:pass@example.com/hook', /--to.*--secret-from/],
  ['replay --to sqs:queue', /--to.*sqs:URL/],
  ['replay --to bus --secret-from KEY', /--secret-from/],
  ['events match', /--pattern/],
  ['events match --pattern x.json --since yesterday', /--since.*7d/],
  ['events match --pattern nowhere.json', /nowhere\.json can't be read/],
  ['events match --pattern ../../../package.json', /package\.json is no event pattern: .+ at name/],
  [
    'events tail --where {"data":{"risk":[]}}',
    /--where is no event pattern: Empty arrays are not allowed at data\.risk/,
  ],
  ['backfill --rate fast', /--rate.*whole number/],
  ['backfill --dry-run --restart', /--restart.*--dry-run/],
  ['completion tcsh', /bash, zsh, fish/],
  ['dev --function alerts', /NAME=FILE#EXPORT/],
  ['dev --function alerts=../../../package.json', /package\.json/],
])("'%s' is wrong usage", async (command, naming) => {
  const { code, stdout, stderr } = await shell.run(...command.split(' '));
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(naming);
});

test.each([
  { AFTERWRITE_STAGE: 'Not_A_Stage' },
  { AWS_ENDPOINT_URL: 'localhost' },
  { AFTERWRITE_LOG: 'loud' },
] as Record<string, string>[])('%p is wrong usage, and names the variable', async (environment) => {
  const { code, stderr } = await new Shell(built, environment).run('status');
  expect(code).toBe(2);
  expect(stderr).toMatch(new RegExp(`^afterwrite: ${Object.keys(environment)[0]} .+ -> .+ \\[USAGE\\]\\n$`));
});

test('events are shown without a stack: all of them, one, one version of it', async () => {
  const listed = await shell.run('events', 'ls', '--json');
  const types = listed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).type);
  expect([listed.code, types]).toEqual([0, expect.arrayContaining(['ReviewFailed', 'IssueRecurring'])]);
  const shown = await shell.run('events', 'show', 'ReviewFailed', '--version', '1', '--json');
  expect(JSON.parse(shown.stdout)).toMatchObject({
    type: 'ReviewFailed',
    version: 1,
    example: { data: { version: 2 } },
  });
  const missing = await shell.run('events', 'show', 'ReviewFailed', '--version', '2');
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('there is 1 [NOT_FOUND]')]);
});
