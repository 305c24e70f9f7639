/** How numbers and times read: no locale of the machine, so that two people see the same. */

export const count = (n: number): string => Math.round(n).toLocaleString('en-US');

/** Of any size: up to three digits behind the point where it is small. */
export function amount(n: number | null): string {
  if (n === null || Number.isNaN(n)) return '–';
  const digits = Math.abs(n) >= 100 || Number.isInteger(n) ? 0 : Math.abs(n) >= 10 ? 1 : 2;
  return n.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** A second: one digit behind the point under ten. */
export const rate = (n: number): string => (n > 0 && n < 9.95 ? n.toFixed(1) : count(n));

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

export function bytes(n: number): string {
  let [value, unit] = [n, 0];
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** Two units at most. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours < 48) return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
  return `${Math.floor(hours / 24)} days`;
}

/** `2026-01-31 09:00:00`, UTC, of an ISO text. */
export const moment = (iso: string): string => iso.slice(0, 19).replace('T', ' ');

export const dollars = (n: number): string => (n > 0 && n < 0.01 ? 'less than $0.01' : `$${n.toFixed(2)}`);

export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** `lastReviewedAt` as `last reviewed at`. */
export const words = (name: string): string =>
  name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/([A-Z])(?=[a-z])/g, (letter) => letter.toLowerCase());
