import { rowsTable } from '../../../infra/cli/rowsTable.ts';
import { mean } from '../../../shared/model/measures/mean.ts';

const meanOf = (...values: number[]) => mean().view(mean().apply(mean().empty, [], values));

test('a number that JavaScript can not hold is a number among others, and no object with members of its own', () => {
  const rows = [
    { of: 'a', mean: meanOf(1, 2, 2) },
    { of: 'b', mean: meanOf(1, 2) },
    { of: 'c', mean: meanOf(1e30) },
  ];
  expect(rowsTable(rows).split('\n')).toEqual([
    'of  mean',
    'a   1.67',
    'b   1.5',
    expect.stringMatching(/^c {3}1(e\+30|0{30})$/),
  ]);
});
