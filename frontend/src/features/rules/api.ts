import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { components } from '@/api/schema'
import { client, newKey, unwrap } from '@/lib/client'

type Schemas = components['schemas']

export type Rule = Schemas['RuleOut']
export type RuleIn = Schemas['RuleIn']
export type Check = RuleIn['check']
export type Severity = RuleIn['severity']
export type Contract = Schemas['Contract']
export type Evaluation = Schemas['Evaluation']
export type Trial = Schemas['RuleTrial']
export type RuleSet = Schemas['RuleSetOut']

const of = (dataset: string) => ({ params: { query: { dataset_id: dataset } } })

export const ruleQueries = {
  list: (dataset: string) =>
    queryOptions({
      queryKey: ['rules', 'list', dataset],
      queryFn: ({ signal }) => unwrap(client.GET('/api/v1/rules', { ...of(dataset), signal })),
    }),
  history: (dataset: string) =>
    queryOptions({
      queryKey: ['rules', 'history', dataset],
      queryFn: ({ signal }) => unwrap(client.GET('/api/v1/rules/history', { ...of(dataset), signal })),
    }),
  evaluation: (dataset: string, version: string | null, rule: RuleIn) =>
    queryOptions({
      queryKey: ['rules', 'evaluation', dataset, version, rule],
      queryFn: ({ signal }) =>
        unwrap(client.POST('/api/v1/rules/evaluate', { body: { dataset_id: dataset, rule }, signal })),
      staleTime: 60_000,
      retry: false,
      placeholderData: keepPreviousData,
    }),
  trial: (dataset: string, version: string | null, rule: RuleIn) =>
    queryOptions({
      queryKey: ['rules', 'trial', dataset, version, rule],
      queryFn: ({ signal }) =>
        unwrap(client.POST('/api/v1/rules/trial', { body: { dataset_id: dataset, rule }, signal })),
      staleTime: 60_000,
      retry: false,
    }),
}

export const addRule = (dataset: string, number: number, rule: RuleIn): Promise<Rule> =>
  unwrap(
    client.POST('/api/v1/rules', {
      body: { dataset_id: dataset, number, rule },
      params: { header: { 'Idempotency-Key': newKey() } },
    } as never),
  )

export const changeRule = (id: string, number: number, rule: RuleIn): Promise<Rule> =>
  unwrap(client.PUT('/api/v1/rules/{rule_id}', { params: { path: { rule_id: id } }, body: { number, rule } }))

export const deleteRule = (id: string, number: number) =>
  unwrap(client.DELETE('/api/v1/rules/{rule_id}', { params: { path: { rule_id: id }, query: { number } } }))

/** The formulas that make a rule a column of a question. */
export const flagOf = (id: string) =>
  unwrap(client.GET('/api/v1/rules/{rule_id}/flag', { params: { path: { rule_id: id } } }))

export const restoreRules = (dataset: string, number: number, to: number): Promise<RuleSet> =>
  unwrap(client.POST('/api/v1/rules/restore', { body: { dataset_id: dataset, number, to } }))

export const importRules = (
  dataset: string,
  number: number,
  document: Record<string, unknown>,
  replace: boolean,
): Promise<RuleSet> =>
  unwrap(client.POST('/api/v1/rules/import', { body: { dataset_id: dataset, number, document, replace } }))

/** The rules of a dataset as the text of a file. */
export const exportRules = (dataset: string): Promise<string> =>
  unwrap(client.GET('/api/v1/rules/file', { ...of(dataset), parseAs: 'text' }) as never)
