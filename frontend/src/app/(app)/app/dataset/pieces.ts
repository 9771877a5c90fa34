// Rules are written with the pieces that questions are written with.

import type { Column, Condition } from '@/api/types'
import { FilterPiece } from '@/features/questions/components/FilterPiece'
import { aggregateName, aggregatesFor, isComplete, operatorsFor } from '@/features/questions/model'
import type { ConditionPieces } from '@/features/rules/components/RuleEditor'

const start = (column: Column): Condition => ({
  kind: 'condition',
  column: column.id,
  op: operatorsFor(column.type)[0] ?? 'eq',
  values: column.type === 'boolean' ? [true] : [],
})

export const pieces: ConditionPieces = {
  Editor: FilterPiece,
  start,
  isComplete,
  aggregatesFor,
  aggregateName,
}
