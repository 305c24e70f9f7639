import type { Completed, Value, Word } from './words.ts';

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', ' ')}'`;

/** What an option takes and nobody can know is completed by file names. */
export function fishScript(program: string, commands: readonly Completed[]): string {
  const known = commands.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return `# Completion of ${program} for fish: ${program} completion fish | source
function __${program}_path
  set -l path ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim "$path $word")
    contains -- $next ${known.join(' ')}; and set path $next
  end
  echo $path
end
${commands.flatMap((command) => linesOf(program, command)).join('\n')}
`;
}

function linesOf(program: string, { path, next, options, values }: Completed): string[] {
  const line = (rest: string): string =>
    `complete -c ${program} -n 'test (__${program}_path) = ${quoted(path).replaceAll("'", '"')}' ${rest}`;
  const command = ({ text, about }: Word): string => line(`-f -a ${text} -d ${quoted(about)}`);
  const option = ({ text, about }: Word): string =>
    line(`-l ${text.replace(/^--/, '')}${taken(values.find(({ flag }) => flag === text))} -d ${quoted(about)}`);
  return [...next.map(command), ...options.map(option)];
}

function taken(value: Value | undefined): string {
  if (!value) return '';
  return value.choices.length > 0 ? ` -x -a ${quoted(value.choices.join(' '))}` : ' -r';
}
