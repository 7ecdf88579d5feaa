/** The part of `fetch` used here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
