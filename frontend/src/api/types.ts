// Short names for what the API gives and takes. Everything comes from the generated schema.

import type { components } from './schema'

type Schemas = components['schemas']

export type Me = Schemas['Me']
export type Session = Schemas['SessionOut']
export type Role = Me['role']
export type Member = Schemas['MemberOut']

export type Dataset = Schemas['DatasetOut']
export type DatasetDetail = Schemas['DatasetDetail']
export type Column = Schemas['ColumnOut']
export type ColumnType = Schemas['ColumnType']
export type ColumnProfile = Schemas['ColumnProfile']
export type Receipt = Schemas['Receipt']
export type Quarantined = Schemas['Quarantined']
export type Version = Schemas['VersionOut']

type WholeQuestion = Schemas['SavedQuestionIn']['question']
type Same = 'dataset_id' | 'joins' | 'union' | 'base' | 'measures'
/** A question says what it means; what it leaves out is as the API's defaults are. */
export type Question = { dataset_id: string } & Partial<Omit<WholeQuestion, Same>> & {
    joins?: readonly Join[]
    union?: readonly Question[]
    base?: Question | null
    measures?: readonly Measure[]
  }
export type Group = NonNullable<WholeQuestion['filter']>
export type Condition = Schemas['Condition']
export type Period = Schemas['Period']
export type Comparison = Schemas['Comparison']
export type Dimension = Schemas['Dimension']
export type Bins = Schemas['Bins']
export type Top = Schemas['Top']
export type Measure = Omit<NonNullable<WholeQuestion['measures']>[number], 'fn'> & { fn: Aggregate }
export type Derivation = Schemas['Derivation']
export type Aggregate = Schemas['Aggregate']
export type Grain = Schemas['Grain']
export type Part = Schemas['Part']
export type Unit = Schemas['Unit']
export type Pivot = Schemas['Pivot']
export type Join = Omit<NonNullable<WholeQuestion['joins']>[number], 'base' | 'on'> & {
  /** A column of what is there so far, and one of the table that is joined. */
  on: readonly (readonly [string, string])[]
}
export type Sample = Schemas['Sample']
export type Formula = Schemas['Formula']
export type Parameter = Schemas['Parameter']
export type Calendar = Schemas['Calendar']
export type Sort = Schemas['Sort']
export type Scalar = Condition['values'][number]
export type Answer = Schemas['Answer']
export type AnswerColumn = Schemas['AnswerColumn']
export type SavedQuestion = Omit<Schemas['SavedQuestionOut'], 'question'> & { question: Question }
export type ChartSpec = Schemas['ChartSpec']
export type Mark = Schemas['Mark']

export type Report = Schemas['ReportOut']
export type ReportDetail = Schemas['ReportDetail']
export type Section = ReportDetail['sections'][number]
export type Edition = Schemas['EditionOut']

export type Dashboard = Schemas['DashboardOut']
export type DashboardDetail = Omit<Schemas['DashboardDetail'], 'questions'> & { questions: SavedQuestion[] }
export type DashboardContent = DashboardDetail['content']
export type DashboardFilter = DashboardContent['filters'][number]
export type FilterValue = Schemas['FilterValue']
export type Tile = DashboardContent['tabs'][number]['tiles'][number]
export type DashboardComment = Schemas['CommentOut']

export type Job = Schemas['JobOut']
export type JobState = Job['state']
export type Upload = Schemas['UploadOut']

/** An RFC 9457 problem document, as every failed request and every failed job carries it. */
export interface ProblemDocument {
  type: string
  title: string
  status: number
  code: string
  detail: string
  where: Record<string, unknown>
}
