/*
 * DNS messages answered from a text zone, as a resolver would answer them: what stands in for the network in
 * tests and in end-to-end journeys. Written with the library's encoder, so that the decoder of dns/wire.ts is
 * held against somebody else's reading of RFC 1035.
 */

import * as packet from '@dnsquery/dns-packet';
import { TYPE_NUMBERS } from '../dns/message.ts';
import { type Name, parseName } from '../dns/name.ts';
import type { DnsAnswer, RecordData, RecordType } from '../dns/record.ts';
import { answerFrom, type Zone } from '../dns/zone.ts';

/** The response to a query, or the word of a failure that no message can carry (`timeout`, `network`, …). */
export function respond(zone: Zone, query: Uint8Array): Uint8Array | { readonly failure: string } {
  const asked = packet.decode(query as never) as unknown as Packet;
  const question = asked.questions?.[0];
  const name = question && parseName(question.name);
  const type = question && readType(question.type);
  if (!question || name === undefined || type === undefined) return message(asked, { rcode: 4 });
  const cd = (asked.flags & packet.CHECKING_DISABLED) !== 0;
  const reply = answerFrom(zone, { kind: 'dns', name, type, ...(cd ? { cd: true } : {}) });
  if ('failure' in reply) {
    if (reply.failure === 'servfail') return message(asked, { rcode: 2 });
    if (reply.failure === 'refused') return message(asked, { rcode: 5 });
    if (reply.failure === 'truncated') return message(asked, { flags: packet.TRUNCATED_RESPONSE });
    return reply;
  }
  return message(asked, sectionsOf(name, type, reply.answer));
}

/** A type's name as the library takes it: one that it does not know by its number. */
export function encodableType(type: RecordType): string {
  return type === 'SMIMEA' || type === 'OPENPGPKEY' ? `UNKNOWN_${TYPE_NUMBERS[type]}` : type;
}

function readType(name: string): RecordType | undefined {
  const types = Object.keys(TYPE_NUMBERS) as RecordType[];
  return types.find((type) => encodableType(type) === name);
}

/** One record as the library encodes it. Types it cannot write go in as raw octets. */
export function encodable(name: Name, type: RecordType, ttl: number, data: RecordData[RecordType]): object {
  const record = { type, data } as { [T in RecordType]: { type: T; data: RecordData[T] } }[RecordType];
  const entry = { name, type: encodableType(type), ttl, class: 'IN' };
  switch (record.type) {
    case 'TXT':
      return { ...entry, data: record.data.map(octets) };
    case 'SPF':
      return { ...entry, data: octets(record.data.map((s) => String.fromCharCode(s.length) + s).join('')) };
    case 'OPENPGPKEY':
      return { ...entry, data: octets(atob(record.data)) };
    case 'SMIMEA':
    case 'TLSA': {
      const { usage, selector, matching, data: rest } = record.data;
      return { ...entry, data: Uint8Array.of(usage, selector, matching, ...unhex(rest)) };
    }
    case 'CDS': {
      const { keyTag, algorithm, digestType, digest } = record.data;
      return {
        ...entry,
        data: Uint8Array.of(keyTag >> 8, keyTag & 255, algorithm, digestType, ...unhex(digest)),
      };
    }
    case 'DS':
      return { ...entry, data: { ...record.data, digest: unhex(record.data.digest) } };
    case 'DNSKEY': {
      const { flags, algorithm, key } = record.data;
      return { ...entry, data: { flags, algorithm, key: octets(atob(key)) } };
    }
    default:
      return { ...entry, data: record.data };
  }
}

interface Packet {
  readonly id: number;
  readonly flags: number;
  readonly questions?: readonly { readonly name: string; readonly type: string }[];
}

interface Sections {
  readonly rcode?: number;
  readonly flags?: number;
  readonly answers?: readonly object[];
  readonly authorities?: readonly object[];
}

function sectionsOf(name: Name, type: RecordType, answer: DnsAnswer): Sections {
  const hops = [name, ...answer.chain];
  const last = hops.at(-1) ?? name;
  const aliases = answer.chain.map((target, i) =>
    encodable(hops[i] as Name, 'CNAME', answer.records[0]?.ttl ?? 300, target),
  );
  const records = answer.records.map(({ ttl, data }) => encodable(last, type, ttl, data));
  const soa = answer.zone && {
    name: answer.zone.name,
    type: 'SOA',
    ttl: answer.zone.ttl,
    data: { mname: answer.zone.name, rname: answer.zone.name, minimum: answer.zone.minimum },
  };
  return {
    rcode: answer.rcode === 'NXDOMAIN' ? 3 : 0,
    flags: answer.authentic ? packet.AUTHENTIC_DATA : 0,
    answers: [...aliases, ...records],
    authorities: soa ? [soa] : [],
  };
}

function message(
  asked: Packet,
  { rcode = 0, flags = 0, answers = [], authorities = [] }: Sections,
): Uint8Array {
  return packet.encode({
    type: 'response',
    id: asked.id,
    flags: packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | flags | rcode,
    questions: asked.questions ?? [],
    answers,
    authorities,
  } as never);
}

function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
