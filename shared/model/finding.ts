/** What a code means, wherever it is found. */
export interface About<Level extends string> {
  readonly level: Level;
  readonly why: string;
  readonly mend: string;
}

/** Something that is not as it should be: what and where, why it matters, and what to do. */
export interface Found<Code extends string, Level extends string> extends About<Level> {
  readonly code: Code;
  readonly where: string;
  readonly what: string;
}

export const finder =
  <Code extends string, Level extends string>(about: Readonly<Record<Code, About<Level>>>) =>
  (code: Code, where: string, what: string): Found<Code, Level> => ({ code, where, what, ...about[code] });
