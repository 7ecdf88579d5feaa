/*
 * How mail programs find the domain's servers: SRV records for submission, IMAP, POP and JMAP (RFC 6186, RFC 8314
 * §5.1, RFC 8620 §2.2), Microsoft's `_autodiscover`, and the hosts `autodiscover` and `autoconfig`. All SRV names lie
 * below `_tcp`: where that does not exist nothing below it does (RFC 8020 §2), and one question tells. Servers that
 * deny names with names below them (RFC 8020 §5) hide their records from this reading.
 */

import { isAddress } from '../dns/address.ts';
import { isWithin, labelsOf, type Name, prefixed, ROOT } from '../dns/name.ts';
import { type DnsQuestion, dns, isNowhere } from '../dns/record.ts';
import { type Topic, topic } from '../engine/topic.ts';
import { type Blind, none, part, whole } from '../facts/observation.ts';
import { inbound } from './inbound.ts';
import { examine, type Targets } from './takeover.ts';

/** The services looked for. */
export type Service =
  | '_submissions'
  | '_submission'
  | '_imaps'
  | '_imap'
  | '_pop3s'
  | '_pop3'
  | '_jmap'
  | '_autodiscover';

/** One SRV record. */
export interface ServiceRecord {
  readonly service: Service;
  readonly name: Name;
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** `.` says that the service is not offered (RFC 2782). */
  readonly target: Name;
  /** The resolver validated the answer. */
  readonly authentic: boolean;
}

/** What the domain announces. */
export interface Announced {
  /** Why nobody looked, as a sentence. */
  readonly because?: string;
  readonly records: readonly ServiceRecord[];
}

export const services: Topic<Announced> = topic('services', async ({ scope, ask, read }) => {
  const below = prefixed('_tcp', scope.domain);
  const [mail, top] = await Promise.all([read(inbound), below && ask(dns(below, 'SRV'))]);
  if (mail.got !== 'whole') return none(mail.because);
  if (!mail.value.takes) return whole({ because: mail.value.because, records: [] });
  if (top === undefined) return whole({ records: [] });
  if (!top.seen) return none(top.because);
  if (isNowhere(top.answer)) return whole({ records: [] });
  const answers = await Promise.all(
    SERVICES.map(async (service) => {
      const name = prefixed(`${service}._tcp`, scope.domain);
      return { service, name, result: name && (await ask(dns(name, 'SRV'))) };
    }),
  );
  const records: ServiceRecord[] = [];
  for (const { service, name, result } of answers) {
    if (!name || !result) continue;
    if (!result.seen) return none(result.because);
    const { authentic } = result.answer;
    for (const { data } of result.answer.records) records.push({ service, name, ...data, authentic });
  }
  return whole({ records: records.sort(byPriority) });
});

/** A target of SRV records, looked up. */
export interface ServiceTarget {
  readonly record: ServiceRecord;
  readonly question: DnsQuestion<'A'>;
  readonly chain: readonly Name[];
  readonly addresses: number;
  readonly literal: boolean;
}

/** Most targets looked up; a domain has one or two hosts behind all its services. */
const MOST_TARGETS = 6;

export const serviceTargets: Topic<readonly ServiceTarget[]> = topic(
  'service-targets',
  async ({ ask, read }) => {
    const reading = await read(services);
    if (reading.got === 'none') return none(reading.because);
    const records = reading.value.records.filter(
      ({ target }, i, all) => target !== ROOT && all.findIndex((other) => other.target === target) === i,
    );
    const looked = await Promise.all(
      records.slice(0, MOST_TARGETS).map(async (record): Promise<ServiceTarget | Blind> => {
        const literal = isLiteral(record.target);
        const question = dns(record.target, 'A');
        if (literal) return { record, question, chain: [], addresses: 0, literal };
        const [a, aaaa] = await Promise.all([ask(question), ask(dns(record.target, 'AAAA'))]);
        if (!a.seen) return a.because;
        if (!aaaa.seen) return aaaa.because;
        const addresses = a.answer.records.length + aaaa.answer.records.length;
        return { record, question, chain: a.answer.chain, addresses, literal };
      }),
    );
    const value = looked.filter((one): one is ServiceTarget => !('reason' in one));
    const because =
      looked.find((one) => 'reason' in one) ??
      (records.length > MOST_TARGETS
        ? ({ reason: 'over-budget', detail: `${records.length} hosts` } as const)
        : undefined);
    return because ? part(value, because) : whole(value);
  },
);

/** A host that mail programs ask for their settings. */
export interface SettingsHost {
  readonly label: 'autodiscover' | 'autoconfig';
  readonly name: Name;
  readonly exists: boolean;
  readonly chain: readonly Name[];
}

/** The hosts `autodiscover` and `autoconfig`; none where no mail comes in. */
export const settingsHosts: Topic<readonly SettingsHost[]> = topic(
  'settings-hosts',
  async ({ scope, ask, read }) => {
    const mail = await read(inbound);
    if (mail.got !== 'whole') return none(mail.because);
    if (!mail.value.takes) return whole([]);
    const looked = await Promise.all(
      (['autodiscover', 'autoconfig'] as const).map(async (label) => {
        const name = prefixed(label, scope.domain);
        return { label, name, result: name && (await ask(dns(name, 'A'))) };
      }),
    );
    const found: SettingsHost[] = [];
    for (const { label, name, result } of looked) {
      if (!name || !result) continue;
      if (!result.seen) return none(result.because);
      const { rcode, chain } = result.answer;
      found.push({ label, name, exists: rcode === 'NOERROR' || chain.length > 0, chain });
    }
    return whole(found);
  },
);

/** A name that mail programs are led to. */
export interface SettingsReference {
  readonly name: Name;
  readonly target: Name;
  readonly type: 'CNAME' | 'SRV';
  /** The record's data. */
  readonly data: string;
}

/** Names that mail programs are led to, and who could take those that are gone. */
export const settingsTargets: Topic<Targets<SettingsReference>> = topic('takeover-settings', async (look) => {
  const [aliases, targets] = await Promise.all([look.read(settingsHosts), look.read(serviceTargets)]);
  if (aliases.got !== 'whole') return none(aliases.because);
  if (targets.got === 'none') return none(targets.because);
  return examine<SettingsReference>(
    look,
    [
      ...aliases.value.flatMap(({ name, chain: [alias] }) =>
        alias === undefined
          ? []
          : [
              {
                from: { name, target: alias, type: 'CNAME' as const, data: alias as string },
                question: dns(name, 'A') as DnsQuestion,
                aliasOnly: true as const,
              },
            ],
      ),
      ...targets.value
        .filter(({ literal }) => !literal)
        .map(({ record, question }) => ({
          from: { name: record.name, target: record.target, type: 'SRV' as const, data: srvData(record) },
          question: question as DnsQuestion,
        })),
    ],
    targets.got === 'part' ? targets.because : undefined,
  );
});

/** The data of an SRV record as zone files write it. */
export function srvData({ priority, weight, port, target }: ServiceRecord): string {
  return `${priority} ${weight} ${port} ${target}`;
}

/** The records of some services that offer them, best priority first. */
export function offered({ records }: Announced, ...wanted: readonly Service[]): ServiceRecord[] {
  return records.filter(({ service, target }) => wanted.includes(service) && target !== ROOT);
}

/** Whether a target lies outside the domain. */
export function isForeign({ target }: ServiceRecord, domain: Name): boolean {
  return target !== ROOT && !isWithin(target, domain);
}

function byPriority(one: ServiceRecord, other: ServiceRecord): number {
  return (
    SERVICES.indexOf(one.service) - SERVICES.indexOf(other.service) ||
    one.priority - other.priority ||
    (srvData(one) < srvData(other) ? -1 : 1)
  );
}

function isLiteral(name: Name): boolean {
  return isAddress(labelsOf(name).join('.'));
}

const SERVICES: readonly Service[] = [
  '_submissions',
  '_submission',
  '_imaps',
  '_imap',
  '_pop3s',
  '_pop3',
  '_jmap',
  '_autodiscover',
];
