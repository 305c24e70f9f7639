import type { Target } from './target.ts';

/** The log groups that rules may write to. */
export interface LogGroups {
  target(name: string): Target;
  lines(name: string): readonly string[];
  /** Waits for what is under way. */
  close(): Promise<void>;
}

export const memoryLogGroups = (): LogGroups => {
  const groups = new Map<string, string[]>();
  const group = (name: string): string[] => {
    const lines = groups.get(name) ?? [];
    groups.set(name, lines);
    return lines;
  };
  return {
    target: (name) => ({ deliver: async (events) => void group(name).push(...events.map((event) => event.line)) }),
    lines: (name) => [...(groups.get(name) ?? [])],
    close: async () => undefined,
  };
};
