import * as z from 'zod';
import { invalid } from './errors.ts';
import {
  MAX_EVENT_AGE,
  MAX_INPUT_LENGTH,
  MAX_INPUT_PATH_LENGTH,
  MAX_RETRY_ATTEMPTS,
  MAX_TARGET_ARN_LENGTH,
  MAX_TARGET_ID_LENGTH,
  MAX_TEMPLATE_LENGTH,
  MAX_TEMPLATE_VARIABLES,
  MAX_VARIABLE_LENGTH,
  MIN_EVENT_AGE,
} from './limits.ts';
import { filled, NOTHING, PREDEFINED, placeholdersIn } from './transform/template.ts';

export const targetId = z
  .string()
  .min(1)
  .max(MAX_TARGET_ID_LENGTH)
  .regex(/^[.\-_A-Za-z0-9]+$/);
const arn = z.string().min(1).max(MAX_TARGET_ARN_LENGTH);
const texts = z.record(z.string(), z.string());

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html; parameters of other targets are kept and listed. */
export const targetParameters = z.looseObject({
  Id: targetId,
  Arn: arn,
  Input: z.string().max(MAX_INPUT_LENGTH).optional(),
  InputPath: z.string().max(MAX_INPUT_PATH_LENGTH).optional(),
  InputTransformer: z
    .object({
      InputPathsMap: z
        .record(z.string().min(1).max(MAX_VARIABLE_LENGTH), z.string().min(1).max(MAX_VARIABLE_LENGTH))
        .optional(),
      InputTemplate: z.string().min(1).max(MAX_TEMPLATE_LENGTH),
    })
    .optional(),
  RetryPolicy: z
    .object({
      MaximumRetryAttempts: z.number().int().min(0).max(MAX_RETRY_ATTEMPTS).optional(),
      MaximumEventAgeInSeconds: z.number().int().min(MIN_EVENT_AGE).max(MAX_EVENT_AGE).optional(),
    })
    .optional(),
  DeadLetterConfig: z.object({ Arn: arn.optional() }).optional(),
  HttpParameters: z
    .object({
      PathParameterValues: z.array(z.string()).optional(),
      HeaderParameters: texts.optional(),
      QueryStringParameters: texts.optional(),
    })
    .optional(),
  SqsParameters: z.object({ MessageGroupId: z.string().optional() }).optional(),
});

export type TargetParameters = z.infer<typeof targetParameters>;

/** What PutTargets checks beyond types and lengths, in the words that AWS uses where they are known. */
export const checkTarget = (target: TargetParameters): void => {
  const { Id, Arn, Input, InputPath, InputTransformer } = target;
  if (!Arn.startsWith('arn:')) {
    throw invalid(`Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  }
  if (Input !== undefined && !isJson(Input)) throw invalid(`JSON syntax error in input for target ${Id}.`);
  if (InputTransformer !== undefined) checkTransformer(Id, InputTransformer);
  if (Arn.endsWith('.fifo') && target.SqsParameters?.MessageGroupId === undefined) {
    throw invalid(`Parameter(s) SqsParameters must be specified for target: ${Id}.`);
  }
};

const checkTransformer = (id: string, transformer: NonNullable<TargetParameters['InputTransformer']>): void => {
  const { InputPathsMap = {}, InputTemplate } = transformer;
  const names = Object.keys(InputPathsMap);
  const broken = names.find((name) => !/^[A-Za-z0-9_-]+$/.test(name) || name.startsWith('AWS'));
  if (names.length > MAX_TEMPLATE_VARIABLES || broken !== undefined) {
    throw invalid(
      `InputPathsMap for target ${id} contains ${broken ?? `more than ${MAX_TEMPLATE_VARIABLES} variables`}.`,
    );
  }
  const unknown = placeholdersIn(InputTemplate).find((name) => !names.includes(name) && !PREDEFINED.has(name));
  if (unknown !== undefined) {
    throw invalid(`InputTemplate for target ${id} contains invalid placeholder ${unknown}.`);
  }
  if (/^\s*[[{]/.test(InputTemplate) && !isJson(filled(InputTemplate, () => NOTHING))) {
    throw invalid(`Invalid InputTemplate for target ${id}.`);
  }
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
