import type { Completed, Word } from './words.ts';

/** A word and what it is about, as _describe reads them: no quote ends the text, no colon the word. */
const described = ({ text, about }: Word): string =>
  `'${text.replaceAll(':', '\\:')}:${about.replaceAll("'", '’').replaceAll('\n', ' ')}'`;

/** What an option takes and nobody can know is completed by file names. */
export function zshScript(program: string, commands: readonly Completed[]): string {
  const known = commands.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  const valued = commands.flatMap(({ path, values }) =>
    values.map(({ flag, choices }) => {
      const then = choices.length > 0 ? `compadd -- ${choices.join(' ')} || _files` : '_files';
      return `    '${path} ${flag}') ${then}; return ;;`;
    }),
  );
  const worded = commands.map(
    ({ path, next, options }) =>
      `    '${path}') expected=(${next.map(described).join(' ')}); options=(${options.map(described).join(' ')}) ;;`,
  );
  return `#compdef ${program}
# Completion of ${program} for zsh: source <(${program} completion zsh), behind compinit
_${program}() {
  local path_='' next word
  local -a expected options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${path_:+$path_ }$word"
    case "$next" in
      ${known.join('|')}) path_="$next" ;;
    esac
  done
  case "$path_ \${words[CURRENT-1]}" in
${valued.join('\n')}
  esac
  case "$path_" in
${worded.join('\n')}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe -o option options
  elif (( \${#expected} )); then
    _describe command expected
  else
    _files
  fi
}
compdef _${program} ${program}
`;
}
