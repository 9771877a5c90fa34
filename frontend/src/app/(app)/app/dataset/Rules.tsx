import type { DatasetDetail } from '@/api/types'
import { usePeople } from '@/features/members/usePeople'
import { RulesView } from '@/features/rules/components/RulesView'
import { pieces } from './pieces'

/** Rules, written with the pieces that questions are written with. */
export default function Rules({ dataset }: { dataset: DatasetDetail }) {
  return <RulesView dataset={dataset} people={usePeople()} pieces={pieces} />
}
