import { XMLParser } from 'fast-xml-parser';
import type { z } from 'zod';
import { S3Error } from './errors.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
/** A thousand keys of the greatest length, escaped, fit within. In bytes. */
export const LONGEST_DOCUMENT = 8 * 1024 * 1024;
const NAMED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters are sent as references, as S3 does: a parser would else normalise or refuse them. */
const escapeText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys may hold them
  text.replace(/[&<>"\u0000-\u001f]/g, (char) => NAMED[char] ?? `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`);

/** One element with text. */
export const text = (name: string, content: string | number | boolean): string =>
  `<${name}>${escapeText(String(content))}</${name}>`;

/** One element with elements inside. */
export const element = (name: string, ...children: string[]): string => `<${name}>${children.join('')}</${name}>`;

/** A whole document in S3's namespace. */
export const document = (root: string, ...children: string[]): string =>
  `${DECLARATION}<${root} xmlns="${NAMESPACE}">${children.join('')}</${root}>`;

/** Error documents have no namespace. */
export const errorDocument = (fields: Record<string, string>): string =>
  DECLARATION + element('Error', ...Object.entries(fields).map(([name, value]) => text(name, value)));

/** Elements that may repeat are always arrays, whatever their number; their names clash with no single element. */
const REPEATED = new Set(['Object', 'Tag', 'Rule', 'Transition']);

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  htmlEntities: true,
  processEntities: { enabled: true, maxExpandedLength: LONGEST_DOCUMENT },
  isArray: (name) => REPEATED.has(name),
});

/** A request's document, checked against what the operation takes. Blank text between elements is dropped. */
export function parseXml<T extends z.ZodType>(body: Buffer, schema: T): z.output<T> {
  try {
    const checked = schema.safeParse(withoutBlanks(parser.parse(body.toString('utf8'), true)));
    if (checked.success) return checked.data;
  } catch {
    throw new S3Error('MalformedXML');
  }
  throw new S3Error('MalformedXML');
}

function withoutBlanks(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutBlanks);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([name]) => name !== '#text')
      .map(([name, value]) => [name, withoutBlanks(value)]),
  );
}
