import type { AlignmentMode, Policy } from './policy.ts';

/** A DMARC policy record as read. */
export interface DmarcRecord {
  readonly text: string;
  readonly p?: Policy;
  readonly sp?: Policy;
  readonly np?: Policy;
  readonly adkim: AlignmentMode;
  readonly aspf: AlignmentMode;
}
