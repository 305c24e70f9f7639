import * as z from 'zod';
import { receiveDocument } from '../body.ts';
import { askRestore, restoreState } from '../restore.ts';
import type { Operation } from '../service.ts';
import { parseXml } from '../xml.ts';

const Tier = z.enum(['Expedited', 'Standard', 'Bulk']);

const RestoreRequest = z.object({
  RestoreRequest: z.strictObject({
    Days: z
      .string()
      .regex(/^[1-9]\d{0,8}$/)
      .transform(Number),
    GlacierJobParameters: z.strictObject({ Tier }).optional(),
    Tier: Tier.optional(),
    Description: z.string().optional(),
  }),
});

/** 202 where a restore begins, 200 where a restored copy gets another expiry. */
export const restoreObject: Operation = async ({ buckets, clock }, request) => {
  const body = await receiveDocument(request);
  const { RestoreRequest: asked } = parseXml(body, RestoreRequest);
  const tier = asked.GlacierJobParameters?.Tier ?? asked.Tier ?? 'Standard';
  const now = clock.now();
  const bucket = buckets.find(request.bucket);
  const record = bucket.find(request.key);
  const restore = askRestore(record, { tier, days: asked.Days }, now);
  bucket.replace({ ...record, restore });
  return { status: restoreState(record, now) === 'restored' ? 200 : 202 };
};
