/** A line of a fenced `sh` block, as it is printed. */
export interface Printed {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Whole, with its comment: a shell reads over it. */
  readonly text: string;
  /** Without its comment and the space around it: by this it is named in lists. */
  readonly command: string;
}

export interface Block {
  /** The nearest heading above it. */
  readonly heading: string;
  readonly lines: readonly Printed[];
}

/** What a newcomer would type: a block that holds it and is not marked as `sh` would never be run. */
const COMMAND = /^((npx|npm|node|afterwrite|echo) |export [A-Z_]+=)/;

/** Every block of shell commands in a Markdown file. Throws where commands stand in a block that is not marked as `sh`. */
export function shellBlocks(file: string, markdown: string): Block[] {
  const blocks: Block[] = [];
  let heading = '';
  let fence: { language: string; lines: Printed[] } | undefined;
  for (const [i, text] of markdown.split('\n').entries()) {
    const opened = /^```(\w*)$/.exec(text);
    if (!fence && opened) fence = { language: opened[1] ?? '', lines: [] };
    else if (fence && opened) {
      if (fence.language === 'sh') blocks.push({ heading, lines: fence.lines });
      fence = undefined;
    } else if (fence) {
      if (fence.language !== 'sh' && COMMAND.test(text)) throw new Error(`${file}:${i + 1} is not in a block of sh`);
      if (text !== '') fence.lines.push({ file, line: i + 1, text, command: text.replace(/ +#( .*)?$/, '') });
    } else heading = /^#+ (.*)$/.exec(text)?.[1] ?? heading;
  }
  return blocks;
}
