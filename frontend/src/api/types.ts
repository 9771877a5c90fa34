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

export type Question = Schemas['SavedQuestionIn']['question']
export type Group = NonNullable<Question['filter']>
export type Condition = Schemas['Condition']
export type Comparison = Schemas['Comparison']
export type Dimension = Schemas['Dimension']
export type Measure = Question['measures'][number]
export type Aggregate = Schemas['Aggregate']
export type Grain = Schemas['Grain']
export type Sort = Schemas['Sort']
export type Scalar = Condition['values'][number]
export type Answer = Schemas['Answer']
export type AnswerColumn = Schemas['AnswerColumn']
export type SavedQuestion = Schemas['SavedQuestionOut']
export type ChartSpec = Schemas['ChartSpec']
export type Mark = Schemas['Mark']

export type Report = Schemas['ReportOut']
export type ReportDetail = Schemas['ReportDetail']
export type Section = ReportDetail['sections'][number]
export type Edition = Schemas['EditionOut']

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
