import { members } from '../../../shared/model/measures/members.ts';

const text = (id: string, value: string) => ({ id, text: value });

test('members are taken back by id and text', () => {
  const measure = members();
  const state = measure.apply(measure.empty, [], [text('f1', 'a'), text('f2', 'b')]);
  expect(measure.view(measure.apply(state, [text('f1', 'a')], []))).toEqual({ f2: 'b' });
});

test('two texts of one id give the same view in whatever order they came', () => {
  const measure = members();
  const [a, b] = [text('f1', 'a'), text('f1', 'b')];
  const view = (inputs: (typeof a)[]) => measure.view(measure.apply(measure.empty, [], inputs));
  expect(view([a, b])).toEqual(view([b, a]));
});
