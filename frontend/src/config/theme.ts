/** Where the chosen colour mode is kept, and the attribute of <html> that carries it. */
export const MODE_KEY = 'tablewright-mode'
export const MODE_ATTRIBUTE = 'data-theme'

/**
 * Runs before the first paint, so that no page flashes in the wrong colours. A constant: the server allows it
 * by its hash.
 */
export const MODE_SCRIPT = `(function(){try{var m=localStorage.getItem('${MODE_KEY}');if(m!=='light'&&m!=='dark')m=matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light';document.documentElement.setAttribute('${MODE_ATTRIBUTE}',m)}catch(e){}})()`
