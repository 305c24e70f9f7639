import { note, thousands } from './output.ts';

/** Says of how many groups nobody can tell whether they are right. */
export function noteBeyond(groups: number): void {
  if (groups === 0) return;
  note(
    `${thousands(groups)} aggregates hold what left the table before the journal goes back to ('archive.journal.lifeDays'): they can't be recounted, and stay as they are.`,
  );
}
