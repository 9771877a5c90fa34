/** What a styled plain element hands on to HTML: everything but what only styles read. */
export default (name: string): boolean => name !== 'theme' && name !== 'sx' && name !== 'ownerState'
