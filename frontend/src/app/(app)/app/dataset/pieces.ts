// Rules are written with the pieces that questions are written with.

import { FilterPiece } from '@/features/questions/components/FilterPiece'
import { aggregateName, aggregatesFor, isComplete } from '@/features/questions/kinds'
import { conditionOn } from '@/features/questions/model'
import type { ConditionPieces } from '@/features/rules/components/RuleEditor'

export const pieces: ConditionPieces = {
  Editor: FilterPiece,
  start: conditionOn,
  isComplete,
  aggregatesFor,
  aggregateName,
}
