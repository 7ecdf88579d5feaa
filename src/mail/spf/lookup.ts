import type { DnsAnswer, DnsQuestion, RecordType } from '../../dns/record.ts';

/** Answers one DNS question, or says why there is no answer (`because`, of the caller's own kind). Never rejects. */
export type Lookup<B = unknown> = <T extends RecordType>(
  question: DnsQuestion<T>,
) => Promise<
  { readonly seen: true; readonly answer: DnsAnswer<T> } | { readonly seen: false; readonly because: B }
>;
