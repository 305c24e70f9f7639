/** Where events go before their call is answered. */
export interface LogTarget {
  /** Lines without line ends, in order. Resolves when they are as safe as the log group makes them. */
  deliver(lines: readonly string[]): Promise<void>;
}

/** The log groups that rules may write to. */
export interface LogGroups {
  target(name: string): LogTarget;
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
    target: (name) => ({ deliver: async (lines) => void group(name).push(...lines) }),
    lines: (name) => [...(groups.get(name) ?? [])],
    close: async () => undefined,
  };
};
