/** Version, trace id, parent id, flags. https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;
const FORBIDDEN_VERSION = 'ff';
const NONE = /^0+$/;

/**
 * A W3C traceparent, or undefined where the text is none: who can't read a trace context starts a new one, and no event
 * fails for it. A later version of the standard may append fields.
 */
export function traceparentOf(text: string | undefined): string | undefined {
  const [, version, trace, parent, more] = TRACEPARENT.exec(text ?? '') ?? [];
  if (version === undefined || trace === undefined || parent === undefined || version === FORBIDDEN_VERSION)
    return undefined;
  if (NONE.test(trace) || NONE.test(parent) || (version === '00' && more !== undefined)) return undefined;
  return text;
}
