import { ALL, bodyOf, rulesText } from '../../../infra/console/page/replayAsked.ts';

test('an empty form asks for all, a full one for just that', () => {
  expect(bodyOf(ALL)).toEqual({});
  expect(
    bodyOf({ from: '2026-01-31', to: '2026-02-01T09:00', type: 'ReviewFailed', key: 'REVIEW#r1', rate: '50' }),
  ).toEqual({
    from: '2026-01-31',
    to: '2026-02-01T09:00',
    types: ['ReviewFailed'],
    key: 'REVIEW#r1',
    rate: 50,
  });
});

test('it is told which rules would fire, and that none would', () => {
  expect(rulesText(null)).toContain('No rule');
  expect(rulesText([])).toContain('No rule');
  expect(
    rulesText([
      { rule: 'mail', events: 1_200 },
      { rule: 'odd', events: null },
    ]),
  ).toBe('Rule mail would fire 1,200 times. Rule odd would fire, nobody knows how often.');
});
