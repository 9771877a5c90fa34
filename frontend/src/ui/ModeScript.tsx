import { MODE_SCRIPT } from '@/config/theme'

/** Sets the colour mode before anything is drawn. */
export function ModeScript() {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, without any input
  return <script dangerouslySetInnerHTML={{ __html: MODE_SCRIPT }} />
}
