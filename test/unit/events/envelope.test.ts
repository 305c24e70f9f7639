import { z } from 'zod';
import { deriveEvents } from '../../../events/derive.ts';
import { event } from '../../../shared/model/event.ts';
import { type Order, orderChange, orderEntity, orderSystem } from '../../support/given/orders.ts';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const origin = { stage: 'test', table: 'orders' };

/** The metadata of the event that every change of such an order asks for. */
const toldOf = (more: Parameters<typeof orderEntity>[0]) => {
  const order = orderEntity(more);
  const changed = event('OrderChanged', {
    version: 1,
    since: '0.1.0',
    description: 'Any change of an order.',
    when: { of: order, hits: () => [true] },
    schema: z.object({ shop: z.string() }),
    data: (o) => ({ shop: o.shop }),
    example: { shop: 's1' },
  });
  const system = orderSystem(order, [changed]);
  return (old: Partial<Order> | undefined, now: Partial<Order> | undefined) =>
    deriveEvents(system, origin, orderChange(system, old, now))[0]?.metadata;
};
const told = (immutable: boolean) => toldOf({ immutable });

test('who wrote, in which trace, and whose it is, by the item that was written', () => {
  expect(told(false)(undefined, { trace: TRACE, by: 'u-1' })).toMatchObject({
    traceparent: TRACE,
    actor: 'u-1',
    tenant: 's1',
  });
  expect(told(false)({ by: 'u-1' }, { by: 'u-2' })).toMatchObject({ actor: 'u-2' });
});

test('what the item does not tell is absent, not empty', () => {
  expect(told(false)(undefined, { by: '' })).not.toHaveProperty('actor');
  expect(told(false)(undefined, {})).not.toHaveProperty('traceparent');
});

test('the item that a delete leaves behind does not say who deleted, nor does an immutable one who changed it', () => {
  expect(told(false)({ trace: TRACE, by: 'u-1' }, undefined)).toMatchObject({
    tenant: 's1',
    origin: { cause: 'delete' },
  });
  for (const metadata of [
    told(false)({ trace: TRACE, by: 'u-1' }, undefined),
    told(true)({ by: 'u-1' }, { trace: TRACE, by: 'u-1' }),
  ]) {
    expect(metadata).not.toHaveProperty('actor');
    expect(metadata).not.toHaveProperty('traceparent');
  }
});

test.each([
  ['as the standard has it', TRACE, true],
  ['of a later version, with more behind', `01-${TRACE.slice(3)}-more`, true],
  ['of this version, with more behind', `${TRACE}-more`, false],
  ['of the forbidden version', `ff-${TRACE.slice(3)}`, false],
  ['with capitals', TRACE.toUpperCase(), false],
  ['without a trace id', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, false],
  ['without a parent id', `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`, false],
  ['cut off', TRACE.slice(0, 40), false],
  ['with blanks around', ` ${TRACE}`, false],
  ['empty', '', false],
])('a traceparent %s', (_, trace, isKept) => {
  expect(told(false)(undefined, { trace })?.traceparent).toBe(isKept ? trace : undefined);
});

test('an item whose time is no moment costs only itself: no bus takes a call with such an entry', () => {
  const timed = toldOf({ time: (o) => o.by ?? '2026-02-01T10:00:00Z' });
  expect(() => timed(undefined, { by: 'yesterday' })).toThrow('the time of ORDER#o1/ORDER is no moment');
  expect(timed(undefined, {})?.time).toBe('2026-02-01T10:00:00.000Z');
});
