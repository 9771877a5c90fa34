/**
 * What stands for a part that is still to come. Without it, `dynamic` has no boundary of its own, and the whole page
 * would go until the part is there, and the focus with it.
 */
export const nothing = () => null
