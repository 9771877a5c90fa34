import type { ComponentProps } from 'react'
import { RulesView } from '@/features/rules/components/RulesView'
import { pieces } from './pieces'

/** Rules, written with the pieces that questions are written with. */
export default function Rules(given: Omit<ComponentProps<typeof RulesView>, 'pieces'>) {
  return <RulesView {...given} pieces={pieces} />
}
