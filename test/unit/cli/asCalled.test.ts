import { asCalled } from '../../../infra/cli/asCalled.ts';

const text = "the table is missing -> create it with 'afterwrite provision', or see 'afterwrite parked show <key>'";

test('a command that a message names is of the system and the stage that were given', () => {
  expect(asCalled(text, ['run', '--system', './freight.mjs', '--stage=prod'])).toBe(
    "the table is missing -> create it with 'afterwrite provision --system ./freight.mjs --stage prod', or see 'afterwrite parked show <key> --system ./freight.mjs --stage prod'",
  );
});

test('what names a system itself, or needs none, stays; and so does all where none was given', () => {
  const args = ['run', '--system', 'k9'];
  expect(asCalled("'afterwrite feed --system incidents' or 'afterwrite completion bash'", args)).toBe(
    "'afterwrite feed --system incidents' or 'afterwrite completion bash'",
  );
  expect(asCalled(text, ['run'])).toBe(text);
  expect(asCalled("it isn't 'afterwrite' that writes", args)).toBe("it isn't 'afterwrite' that writes");
});
