import { useState } from 'preact/hooks';

export type Theme = 'auto' | 'light' | 'dark';
const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];
const STORED = 'afterwrite-theme';

const stored = (): Theme => THEMES.find((theme) => theme === localStorage.getItem(STORED)) ?? 'auto';

/** Plots are painted: they must be told. */
const listeners = new Set<() => void>();
const told = (): void => {
  for (const listener of listeners) listener();
};

export function applyTheme(theme: Theme = stored()): void {
  const { dataset } = document.documentElement;
  if (theme === 'auto') delete dataset.theme;
  else dataset.theme = theme;
  told();
}

export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function followSystem(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', told);
}

export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState(stored);
  const next = (): void => {
    const chosen = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
    localStorage.setItem(STORED, chosen);
    setTheme(chosen);
    applyTheme(chosen);
  };
  return [theme, next];
}

export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
