import type { Completed } from './words.ts';

/** A case of the shell; quotes stand around what may hold a space. */
const branch = (patterns: readonly string[], then: string): string => `    ${patterns.join('|')}) ${then} ;;`;

/** For bash 4 and later. What an option takes and nobody can know is completed by file names. */
export function bashScript(program: string, commands: readonly Completed[]): string {
  const pathOf = ({ path }: Completed): string => `'${path}'`;
  const known = commands.filter(({ path }) => path !== '').map(pathOf);
  const valued = commands.flatMap(({ path, values }) =>
    values.map(({ flag, choices }) =>
      branch([`'${path} ${flag}'`], choices.length > 0 ? `words='${choices.join(' ')}'` : `words=''`),
    ),
  );
  const worded = commands.map((command) => {
    const words = [...command.next, ...command.options].map(({ text }) => text);
    return branch([pathOf(command)], `words='${words.join(' ')}'`);
  });
  return `# Completion of ${program} for bash: source <(${program} completion bash)
_${program}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" path='' words='' next i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${path:+$path }\${COMP_WORDS[i]}"
    case "$next" in
${branch(known, 'path="$next"').replace(/^ {4}/, '      ')}
    esac
  done
  case "$path $before" in
${[...valued, '    *) case "$path" in', ...worded.map((line) => `  ${line}`), '    esac ;;'].join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _${program} ${program}
`;
}
