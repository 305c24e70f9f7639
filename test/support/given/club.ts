import { z } from 'zod';
import { entity } from '../../../shared/model/entity.ts';
import { event, headArchived, inserted } from '../../../shared/model/event.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { countBy } from '../../../shared/model/measures/countBy.ts';
import { sum } from '../../../shared/model/measures/sum.ts';
import type { Redaction } from '../../../shared/model/redaction.ts';
import { collection } from '../../../shared/model/retention.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { defineSystem } from '../../../shared/model/system.ts';

const Member = z.object({
  club: z.string(),
  userId: z.string(),
  role: z.enum(['admin', 'viewer']),
  points: z.number(),
  left: z.boolean(),
  profile: z.object({ city: z.string(), email: z.string().optional() }),
  visits: z.array(z.object({ day: z.string(), with: z.string().optional() })),
  raw: z.string().optional(),
});
type Member = z.output<typeof Member>;

const example: Member = {
  club: 'c1',
  userId: 'u1',
  role: 'admin',
  points: 3,
  left: false,
  profile: { city: 'Bern', email: 'private-a' },
  visits: [{ day: '2026-01-01', with: 'private-b' }],
  raw: 'private-c',
};

export const KEPT: Redaction = {
  keep: ['PK', 'SK', 'expiresAt', 'role', 'points', 'left', 'profile.city', 'visits[].day'],
};
export const REDACTED: Redaction = { redact: ['profile.email', 'visits[].with', 'raw'] };

/** Members whose private fields the archive may not hold. @param told what an event tells besides */
export function club(archive: Redaction, told: (member: Member) => unknown = () => null) {
  const member = entity('member', { key: 'MEMBER#{userId} / CLUB#{club}', schema: Member, example, archive });
  const totals = statistic('totals', {
    key: 'CLUB#{club} / STATS',
    measures: { members: count(), points: sum(), byRole: countBy(['admin', 'viewer']) },
    feeds: (from) => [
      from(member, (m) => [{ into: { club: m.club }, add: { members: 1, points: m.points, byRole: m.role } }]),
    ],
  });
  const Told = z.object({ role: z.string(), more: z.unknown().optional() });
  const common = { version: 1, since: '0.1.0', schema: Told, example: { role: 'admin' } };
  return defineSystem({
    name: 'club',
    table: { name: (stage) => `club-${stage}`, partitionKey: 'PK', sortKey: 'SK', ttl: 'expiresAt' },
    entities: [member],
    statistics: [totals],
    events: [
      event('MemberJoined', {
        ...common,
        description: 'A member joined.',
        when: inserted(member, () => true),
        data: (m) => ({ role: m.role, more: told(m) }),
      }),
      event('MemberArchived', {
        ...common,
        description: 'A member left, and is archived.',
        when: headArchived(member),
        data: (m) => ({ role: m.role }),
      }),
    ],
    retention: [
      collection('member', {
        of: member,
        due: (m) => (m.left ? 0 : undefined),
        entities: [member],
        partition: (m) => `MEMBER#${m.userId}`,
        head: (m) => member.key.build({ club: m.club, userId: m.userId }),
        storageClass: 'STANDARD',
        lifeDays: 1,
      }),
    ],
  });
}
