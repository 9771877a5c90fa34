export function summarise(_a: unknown, _b: unknown, _c: unknown): string { return '' }
