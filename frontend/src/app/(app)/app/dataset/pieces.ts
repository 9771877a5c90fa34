// Rules are written with the pieces that questions are written with.

import { paths } from '@/config/paths'
import { RowConditions, useRowTables } from '@/features/questions/components/RowConditions'
import { aggregateName, aggregatesFor, isComplete } from '@/features/questions/kinds'
import { compact } from '@/features/questions/link'
import { emptyDraft } from '@/features/questions/model'
import type { ConditionPieces } from '@/features/rules/components/RuleEditor'
import { encodeState } from '@/lib/address'

const ask: ConditionPieces['ask'] = (dataset, { formulas, filter }) =>
  paths.ask(
    dataset,
    encodeState(
      compact({ ...emptyDraft, formulas: [...formulas], ...(filter && { filter }), mark: 'table' }),
    ),
  )

export const pieces: ConditionPieces = {
  useTables: useRowTables,
  Conditions: RowConditions as ConditionPieces['Conditions'],
  isComplete,
  aggregatesFor,
  aggregateName,
  ask,
}
