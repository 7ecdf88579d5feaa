import type { RecordData, RecordType } from './record.ts';
import { fromOctets, printable, toOctets } from './text.ts';

/** A record's data as text: TXT joined and undecoded (octets), others as in a master file with final dots left out. */
export function presentation(record: { type: RecordType; data: RecordData[RecordType] }): string {
  const { type, data } = record as OwnerlessRecord;
  switch (type) {
    case 'A':
    case 'AAAA':
    case 'CNAME':
    case 'NS':
    case 'OPENPGPKEY':
    case 'PTR':
      return data;
    case 'TXT':
    case 'SPF':
      return data.join('');
    case 'MX':
      return `${data.preference} ${data.exchange}`;
    case 'SRV':
      return `${data.priority} ${data.weight} ${data.port} ${data.target}`;
    case 'SOA':
      return `${data.mname} ${data.rname} ${data.serial} ${data.refresh} ${data.retry} ${data.expire} ${data.minimum}`;
    case 'DS':
    case 'CDS':
      return `${data.keyTag} ${data.algorithm} ${data.digestType} ${data.digest}`;
    case 'DNSKEY':
      return `${data.flags} ${data.protocol} ${data.algorithm} ${data.key}`;
    case 'SMIMEA':
    case 'TLSA':
      return `${data.usage} ${data.selector} ${data.matching} ${data.data}`;
    case 'CAA':
      return `${data.flags} ${data.tag} ${quoted(data.value)}`;
  }
}

/** Text in double quotes, with what would end them escaped (RFC 1035 §5.1). */
export function quoted(octets: string): string {
  const text = fromOctets(octets);
  if (toOctets(text) === octets && printable(text) === text) return `"${text.replace(/["\\]/g, '\\$&')}"`;
  const escaped = octets.replace(/[^ -~]|["\\]/g, (char) =>
    /[ -~]/.test(char) ? `\\${char}` : `\\${String(char.charCodeAt(0)).padStart(3, '0')}`,
  );
  return `"${escaped}"`;
}

type OwnerlessRecord = {
  [T in RecordType]: { readonly type: T; readonly data: RecordData[T] };
}[RecordType];
