/* A command that a message names is typed as it stands: it must mean the system and the stage that this one was called with. */

/** Of the words behind `afterwrite`; these are of no system, or of one of their own. */
const OF_NONE = /^(completion|init|cost|help)\b/;

/** A text with `--system` and `--stage`, as they were given, behind each command in it. @param args of this command */
export function asCalled(text: string, args: readonly string[] = process.argv.slice(2)): string {
  const given = ['--system', '--stage'].flatMap((name) => {
    const value = givenBy(args, name);
    return value === undefined ? [] : [{ name, value }];
  });
  if (given.length === 0) return text;
  return text.replaceAll(/'afterwrite ([^'\n]+)'/g, (whole, command: string) => {
    if (OF_NONE.test(command)) return whole;
    const lacking = given.filter(({ name }) => !command.includes(name)).map(({ name, value }) => ` ${name} ${value}`);
    return `'afterwrite ${command}${lacking.join('')}'`;
  });
}

function givenBy(args: readonly string[], name: string): string | undefined {
  const at = args.lastIndexOf(name);
  return at >= 0 ? args[at + 1] : args.findLast((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
}
