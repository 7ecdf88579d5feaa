/*
 * The standards cited, with the sections cited. Written by `npm run standards` from the citations in the source
 * and the standards' own tables of contents; a citation that is not here fails the tests.
 */

/** One RFC: its title, its status, and the titles of the sections cited. */
export interface Standard {
  readonly title: string;
  readonly status: string;
  readonly sections: Readonly<Record<string, string>>;
}

/** RFCs by number. */
export const standards: Readonly<Record<number, Standard>> = {
  7505: {
    title: 'A null MX resource record for domains that accept no mail',
    status: 'Proposed Standard',
    sections: {
      '3': 'MX Resource Records Specifying Null MX',
    },
  },
};

/** Where an RFC, or one of its sections, can be read. */
export function linkTo(rfc: number, section?: string): string {
  const page = `https://www.rfc-editor.org/rfc/rfc${rfc}.html`;
  if (section === undefined) return page;
  return /^[0-9]/.test(section) ? `${page}#section-${section}` : `${page}#appendix-${section}`;
}
