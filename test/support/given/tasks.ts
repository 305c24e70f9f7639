import * as z from 'zod';
import { type Attributes, encodeAttributes } from '../../../shared/model/attribute.ts';
import { type EntityDeclaration, entity } from '../../../shared/model/entity.ts';
import { event, violated } from '../../../shared/model/event.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { countBy } from '../../../shared/model/measures/countBy.ts';
import { secret } from '../../../shared/model/secrets.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { defineSystem } from '../../../shared/model/system.ts';

const Task = z.object({
  taskId: z.string().min(1),
  state: z.enum(['open', 'done']),
  urgency: z.enum(['low', 'high']).default('low'),
  labels: z.array(z.string()).default([]),
  due: z.number().int().optional(),
  code: secret(),
});
export type Task = z.input<typeof Task>;

/** Those that are done are in no index. */
export const taskEntity = (more: Partial<EntityDeclaration<z.output<typeof Task>>> = {}) =>
  entity('task', {
    key: 'TASK#{taskId} / TASK',
    schema: Task,
    immutable: true,
    indexes: ({ state, urgency, due, taskId }) =>
      state === 'done'
        ? {}
        : { GSI1PK: `OPEN#${urgency}`, GSI1SK: taskId, ...(due !== undefined && { GSI2PK: 'DUE' }) },
    example: { taskId: 't1', state: 'open', urgency: 'high', labels: ['a'], due: 7 },
    ...more,
  });

const note = entity('note', {
  key: 'NOTE#{noteId} / NOTE',
  schema: z.object({ noteId: z.string() }),
  example: { noteId: 'n1' },
});

/** Keys of indexes, defaults, and an event for any change of a task: a write that should be none would show. */
export function tasksWith(task: ReturnType<typeof taskEntity>) {
  const urgencies = statistic('urgencies', {
    key: 'STATISTIC#{state} / STATS',
    measures: { tasks: count(), byUrgency: countBy(['low', 'high']) },
    feeds: (from) => [from(task, (t) => [{ into: { state: t.state }, add: { tasks: 1, byUrgency: t.urgency } }])],
  });
  const changed = event('TaskChanged', {
    version: 1,
    since: '0.1.0',
    description: 'A task was modified or deleted.',
    when: violated(task),
    schema: z.object({ taskId: z.string(), fields: z.array(z.string()) }),
    data: (t, { fields }) => ({ taskId: t.taskId, fields }),
    example: { taskId: 't1', fields: ['state'] },
  });
  return defineSystem({
    name: 'tasks',
    table: {
      name: (stage) => `tasks-${stage}`,
      partitionKey: 'PK',
      sortKey: 'SK',
      ttl: 'expiresAt',
      indexes: [
        { name: 'GSI1', partition: 'GSI1PK', sort: 'GSI1SK' },
        { name: 'GSI2', partition: 'GSI2PK', sort: 'due', sortType: 'N' },
      ],
    },
    entities: [task, note],
    statistics: [urgencies],
    events: [changed],
    retention: [],
  });
}

export const tasks = tasksWith(taskEntity());

/** As their user wrote them, of what is given. */
export const taskItem = (fields: Partial<Task> = {}, extra: Record<string, unknown> = {}): Attributes => {
  const { taskId = 't1' } = fields;
  return encodeAttributes({ PK: `TASK#${taskId}`, SK: 'TASK', taskId, state: 'open', ...fields, ...extra });
};
