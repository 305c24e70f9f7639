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

const SAMPLED = 0x01;
const EPOCH_DIGITS = 8;

/**
 * The same trace as X-Ray names it: on an entry, it is what EventBridge goes on with to the targets.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 * @param traceparent as `traceparentOf` gives it
 */
export function traceHeaderOf(traceparent: string): string {
  const [, trace = '', parent = '', flags = ''] = traceparent.split('-');
  const sampled = Number.parseInt(flags, 16) & SAMPLED;
  return `Root=1-${trace.slice(0, EPOCH_DIGITS)}-${trace.slice(EPOCH_DIGITS)};Parent=${parent};Sampled=${sampled}`;
}
