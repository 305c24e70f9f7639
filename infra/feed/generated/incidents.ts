import { DAY_MS } from '../../../shared/model/retention.ts';
import { HOUR_MS, isoUtc } from '../../../shared/model/time.ts';
import type { Chance } from './chance.ts';
import { MINUTES, PEOPLE, REMARKS, SERVICES, SEVERITIES, SYMPTOMS } from './incidentWords.ts';
import { type HistoryWrite, type Life, type LifeGenerator, put, remove, store } from './lives.ts';

const MINUTE_MS = 60_000;

const LONG_TEXT = 40_000;

/** How often a writer sets `expiresAt`. */
const SETS_EXPIRY = 0.8;

/** Incidents as they go: opened at all hours, most of them small; some get worse, some come back, few have much written about them. */
export const incidentLives: LifeGenerator = {
  of: 'incidents',
  days: 60,
  writesOf: (life) => new IncidentLife(life).writes(),
};

/** One incident and what belongs to it. */
class IncidentLife {
  readonly #chance: Chance;
  readonly #stage: string;
  readonly #id: string;
  readonly #writes: HistoryWrite[] = [];
  #item: Record<string, unknown>;
  #now: number;

  constructor({ chance, at, stage }: Life) {
    this.#chance = chance;
    this.#stage = stage;
    this.#now = at;
    this.#id = `inc-${chance.id(8)}`;
    const service = chance.skewed(SERVICES);
    this.#item = {
      id: this.#id,
      title: `${service} ${chance.pick(SYMPTOMS)}`,
      service,
      status: 'OPEN',
      severity: chance.weighted(SEVERITIES),
      createdAt: isoUtc(at),
    };
  }

  writes(): HistoryWrite[] {
    this.#update({}, 0);
    this.#people();
    this.#update({ status: 'INVESTIGATING' }, this.#minutes(10));
    this.#talk();
    if (this.#chance.happens(0.15)) this.#update({ severity: this.#chance.weighted(SEVERITIES) }, this.#minutes(30));
    this.#solve();
    for (let again = 0; again < 3 && this.#chance.happens(0.08); again++) this.#comeBack();
    if (this.#chance.happens(0.7)) {
      const closed = this.#after(this.#minutes(1_440));
      this.#update({ status: 'CLOSED', closedAt: isoUtc(closed) }, 0);
      if (this.#item.severity === 'P0' || this.#item.severity === 'P1') this.#postMortem();
      else if (this.#chance.happens(0.1))
        this.#update({ title: `${this.#item.title} (duplicate)` }, this.#minutes(600));
    }
    // Opened by mistake.
    if (this.#chance.happens(0.02)) this.#removeLater('METADATA', this.#minutes(60));
    return this.#writes.sort((a, b) => a.at - b.at);
  }

  #solve(): void {
    const minutes = MINUTES[String(this.#item.severity)] ?? 600;
    if (this.#chance.happens(0.6)) this.#update({ status: 'MITIGATED' }, this.#minutes(minutes / 2));
    const resolved = this.#after(this.#minutes(minutes));
    this.#update({ status: 'RESOLVED', resolvedAt: isoUtc(resolved) }, 0);
    if (this.#chance.happens(0.5)) this.#summary();
  }

  #comeBack(): void {
    const { resolvedAt: _over, ...open } = this.#item;
    this.#item = open;
    this.#update({ status: 'INVESTIGATING' }, this.#minutes(300));
    this.#talk();
    this.#solve();
  }

  #minutes(mean: number): number {
    return this.#chance.wait(mean * MINUTE_MS);
  }

  #after(ms: number): number {
    this.#now += ms;
    return this.#now;
  }

  #update(fields: Record<string, unknown>, waits: number): void {
    const at = this.#after(waits);
    const isStep = 'status' in fields;
    const updatedBy = this.#chance.skewed(PEOPLE);
    this.#item = { ...this.#item, ...fields, updatedAt: isoUtc(at), updatedBy };
    const { id, status, severity, service, createdAt } = this.#item;
    this.#writes.push(
      put(at, {
        PK: `INCIDENT#${id}`,
        SK: 'METADATA',
        ...this.#item,
        GSI1PK: `STATUS#${status}`,
        GSI1SK: `SEVERITY#${severity}#INCIDENT#${id}`,
        GSI2PK: `SERVICE#${service}`,
        GSI2SK: createdAt,
        GSI3PK: `DATE#${String(createdAt).slice(0, 10)}`,
        GSI3SK: `TIME#${createdAt}`,
      }),
    );
    this.#child(at, `EVENT#${isoUtc(at)}#${this.#chance.id(6)}`, 180, (timestamp, sk) => ({
      timestamp,
      eventId: sk.split('#').at(-1),
      type: isStep ? 'status' : 'note',
      actor: updatedBy,
      ...(isStep && { keyEvent: true }),
    }));
  }

  /** @param days after which it expires, where its writer says so; undefined: never */
  #child(
    at: number,
    sk: string,
    days: number | undefined,
    fields: (timestamp: string, sk: string) => Record<string, unknown>,
  ): Record<string, unknown> {
    const own = fields(isoUtc(at), sk);
    const expires = days !== undefined && own.keyEvent !== true && this.#chance.happens(SETS_EXPIRY);
    const item = {
      PK: `INCIDENT#${this.#id}`,
      SK: sk,
      incidentId: this.#id,
      ...own,
      ...(expires && { expiresAt: Math.floor((at + days * DAY_MS) / 1000) }),
    };
    this.#writes.push(put(at, item));
    return item;
  }

  #people(): void {
    const people = new Set(Array.from({ length: this.#chance.between(1, 6) }, () => this.#chance.skewed(PEOPLE)));
    for (const userId of people) {
      const at = this.#now + this.#minutes(20);
      this.#child(at, `USER#${userId}`, undefined, (joinedAt) => ({
        userId,
        role: this.#chance.pick(['responder', 'responder', 'commander', 'observer']),
        joinedAt,
        GSI2PK: `USER#${userId}`,
        GSI2SK: `INCIDENT#${this.#id}`,
      }));
      if (this.#chance.happens(0.03)) this.#removeLater(`USER#${userId}`, at - this.#now + HOUR_MS);
    }
  }

  #talk(): void {
    let at = this.#now;
    for (let left = this.#chance.wait(4) - 1; left > 0; left--) {
      at += this.#minutes(25);
      const sk = `COMMENT#${isoUtc(at)}`;
      const item = this.#child(at, sk, 90, (timestamp) => ({
        timestamp,
        author: this.#chance.skewed(PEOPLE),
        text: this.#chance.pick(REMARKS),
      }));
      const later = at + this.#minutes(15);
      if (this.#chance.happens(0.08))
        this.#writes.push(put(later, { ...item, text: 'edited', editedAt: isoUtc(later) }));
      else if (this.#chance.happens(0.04)) this.#removeLater(sk, later - this.#now);
    }
  }

  #summary(): void {
    const at = this.#now + this.#minutes(30);
    this.#child(at, `SUMMARY#${isoUtc(at)}`, 365, (timestamp) => ({
      timestamp,
      model: this.#chance.pick(['model-3', 'model-4']),
      text: `${this.#item.title}: ${this.#chance.pick(REMARKS)}`,
    }));
  }

  /** Too long for an item: it lies in S3. */
  #postMortem(): void {
    const ref = { bucket: `aegis-post-mortems-${this.#stage}`, key: `${this.#id}.md` };
    const at = this.#after(this.#minutes(1_440));
    this.#writes.push(
      store(at, ref, `# ${this.#item.title}\n`.padEnd(this.#chance.between(1_000, LONG_TEXT), 'What happened. ')),
    );
    this.#update({ postMortem: ref }, 1);
  }

  #removeLater(sk: string, ms: number): void {
    this.#writes.push(remove(this.#now + ms, { PK: `INCIDENT#${this.#id}`, SK: sk }));
  }
}
