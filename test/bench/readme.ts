import { withSection } from '../../infra/schemas/section.ts';

/** Figures get into the README by this alone. */
export const withResults = (readme: string, markdown: string): string => withSection(readme, 'bench', markdown);
