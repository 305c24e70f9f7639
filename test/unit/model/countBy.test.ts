import { countBy } from '../../../shared/model/measures/countBy.ts';

test('labels are counted, declared ones come first and show at zero', () => {
  const measure = countBy(['high', 'low']);
  const state = measure.apply(measure.empty, [], ['low', 'odd', 'low']);
  expect(Object.entries(measure.view(state))).toEqual([
    ['high', 0],
    ['low', 2],
    ['odd', 1],
  ]);
});

test.each(['constructor', 'toString', '__proto__'])('the label %j counts like any other', (label) => {
  const measure = countBy();
  expect(Object.entries(measure.view(measure.apply(measure.empty, [], [label])))).toEqual([[label, 1]]);
});
